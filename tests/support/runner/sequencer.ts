type Test = { readonly path: string };

/**
 * Contract tests first, in workers that have done nothing yet: they speak to real servers through the real clients, and some other
 * suite leaves the clients of its worker without answers. Then the long ones.
 */
const ORDER = ['contract', 'scenarios', 'template', 'unit'];

export default class Sequencer {
  sort<T extends Test>(tests: readonly T[]): T[] {
    return tests.toSorted((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }

  shard<T extends Test>(tests: readonly T[]): readonly T[] {
    return tests;
  }

  allFailedTests<T extends Test>(tests: readonly T[]): readonly T[] {
    return tests;
  }

  cacheResults(): void {}
}

function rank({ path }: Test): number {
  return ORDER.findIndex((part) => path.includes(`/tests/${part}/`));
}
