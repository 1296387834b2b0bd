import { invalidValue } from '../checks.ts';
import type { AlarmState } from './definition.ts';

const STATES: readonly AlarmState[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

type Rule = (stateOf: (alarm: string) => AlarmState) => boolean;

/** The rule of a composite alarm: ALARM("name"), OK(…), INSUFFICIENT_DATA(…), AND, OR, NOT, TRUE, FALSE and brackets. */
export function parseCompositeRule(text: string): { holds: Rule; names: readonly string[] } {
  const tokens = text.match(/"[^"]*"|[A-Za-z_]+|[()]|[^\s()"]+/g) ?? [];
  const names: string[] = [];
  let at = 0;
  const refuse = () => invalidValue(`AlarmRule must not contain ${tokens[at] ?? 'an end'} here: ${text}`);
  const expect = (token: string) => {
    if (tokens[at] !== token) throw refuse();
    at += 1;
  };
  const factor = (): Rule => {
    const token = tokens[at] ?? '';
    const state = STATES.find((name) => name === token);
    if (token === 'NOT') {
      at += 1;
      const inner = factor();
      return (stateOf) => !inner(stateOf);
    }
    if (token === '(') {
      at += 1;
      const inner = either();
      expect(')');
      return inner;
    }
    if (token === 'TRUE' || token === 'FALSE') {
      at += 1;
      return () => token === 'TRUE';
    }
    if (state === undefined) throw refuse();
    at += 1;
    expect('(');
    const name = (tokens[at] ?? '').replaceAll('"', '');
    if (name === '' || name === ')') throw refuse();
    names.push(name);
    at += 1;
    expect(')');
    return (stateOf) => stateOf(name) === state;
  };
  const chain = (word: 'AND' | 'OR', part: () => Rule): Rule => {
    const parts = [part()];
    while (tokens[at] === word) {
      at += 1;
      parts.push(part());
    }
    return (stateOf) => (word === 'AND' ? parts.every((each) => each(stateOf)) : parts.some((each) => each(stateOf)));
  };
  const both = () => chain('AND', factor);
  const either = (): Rule => chain('OR', both);
  const holds = either();
  if (at < tokens.length) throw refuse();
  return { holds, names };
}
