/** Something that AWS or Kubernetes takes its time for, after other such things. */
export type ImposedWait = { readonly name: string; readonly seconds: number; readonly after: readonly string[] };

export type Chain = { readonly seconds: number; readonly waits: readonly ImposedWait[] };

/** The chain of dependent waits that takes longest: nothing that does the same can be done sooner. */
export function longestChain(waits: readonly ImposedWait[]): Chain {
  const byName = new Map(waits.map((wait) => [wait.name, wait]));
  const known = new Map<string, Chain>();
  const chainTo = (name: string): Chain => {
    const wait = byName.get(name);
    if (!wait) throw new Error(`there is no wait ${name}`);
    const found = known.get(name);
    if (found) return found;
    const before = longest(wait.after.map(chainTo));
    const chain = { seconds: before.seconds + wait.seconds, waits: [...before.waits, wait] };
    known.set(name, chain);
    return chain;
  };
  return longest(waits.map(({ name }) => chainTo(name)));
}

function longest(chains: readonly Chain[]): Chain {
  return chains.reduce((best, chain) => (chain.seconds > best.seconds ? chain : best), { seconds: 0, waits: [] });
}
