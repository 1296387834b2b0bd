// No TypeScript: the package's types are those of CommonJS, which it is not when it is imported.
import Sequencer from '@jest/test-sequencer';

/** Whole worlds, and a checker of its own for some seconds. */
const LONG = /\/tests\/(scenarios\/|template\/checker)/;

/**
 * Longest first, so that no worker waits at the end. Where no run before tells how long a suite takes, Jest goes by the sizes of the files,
 * which say nothing of ours: those of scenarios go first then.
 */
export default class LongSuitesFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isUnknownAndLong = ({ path, duration }) => !duration && LONG.test(path);
    return [...sorted.filter(isUnknownAndLong), ...sorted.filter((test) => !isUnknownAndLong(test))];
  }
}
