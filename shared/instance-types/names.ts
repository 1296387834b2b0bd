/** Letters, sometimes a size in TiB, then the digits of the generation: m7g.large, u-6tb1.metal, c7i-flex.large, p6-b200.48xlarge. */
const SCHEME = /^([a-z]+)(?:-[0-9]+tb)?([0-9]+).*\./;

export type NameParts = {
  readonly family: string;
  readonly size: string;
  readonly category: string | undefined;
  readonly generation: number | undefined;
};

/** What the name of an instance type says of it, by Karpenter's rules. */
export function namePartsOf(name: string): NameParts {
  const [family = name, size = ''] = name.split('.');
  const [, category, generation] = SCHEME.exec(name) ?? [];
  return { family, size, category, generation: generation === undefined ? undefined : Number(generation) };
}
