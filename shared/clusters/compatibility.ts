type Minor = readonly [major: number, minor: number];
type SupportedRange = {
  readonly karpenter: readonly [from: Minor, to: Minor];
  readonly kubernetes: readonly [Minor, Minor];
};

/** Which Kubernetes versions each Karpenter minor supports, as its compatibility table states (August 2026). */
const RANGES: readonly SupportedRange[] = [
  {
    karpenter: [
      [1, 1],
      [1, 1],
    ],
    kubernetes: [
      [1, 25],
      [1, 31],
    ],
  },
  {
    karpenter: [
      [1, 2],
      [1, 4],
    ],
    kubernetes: [
      [1, 25],
      [1, 32],
    ],
  },
  {
    karpenter: [
      [1, 5],
      [1, 5],
    ],
    kubernetes: [
      [1, 26],
      [1, 33],
    ],
  },
  {
    karpenter: [
      [1, 6],
      [1, 8],
    ],
    kubernetes: [
      [1, 26],
      [1, 34],
    ],
  },
  {
    karpenter: [
      [1, 9],
      [1, 12],
    ],
    kubernetes: [
      [1, 26],
      [1, 35],
    ],
  },
  {
    karpenter: [
      [1, 13],
      [1, 14],
    ],
    kubernetes: [
      [1, 26],
      [1, 36],
    ],
  },
];

/** Releases that must not be installed, with the reason. */
const WITHDRAWN: Readonly<Record<string, string>> = {
  '1.8.4': 'it places pods with topology spread constraints wrongly; use another release',
};

function minorOf(version: string): Minor {
  const [major, minor] = version.split('.');
  return [Number(major), Number(minor)];
}

function compare(a: Minor, b: Minor): number {
  return a[0] - b[0] || a[1] - b[1];
}

function within(version: Minor, [from, to]: readonly [Minor, Minor]): boolean {
  return compare(version, from) >= 0 && compare(version, to) <= 0;
}

const text = (minor: Minor) => minor.join('.');
const oldestKarpenter = RANGES[0]?.karpenter[0] ?? [0, 0];
const newestKarpenter = RANGES.at(-1)?.karpenter[1] ?? [0, 0];

/** Why this Karpenter release cannot be installed at all, or undefined. `version` is `1.14.1`. */
export function karpenterFault(version: string): string | undefined {
  const withdrawn = WITHDRAWN[version];
  if (withdrawn) return `Karpenter ${version} is not accepted: ${withdrawn}`;
  if (RANGES.some(({ karpenter }) => within(minorOf(version), karpenter))) return undefined;
  return `Karpenter ${version} is not known here; ${text(oldestKarpenter)} to ${text(newestKarpenter)} are`;
}

/** Why these two versions do not go together, or undefined. A Karpenter that is not known says nothing here. */
export function compatibilityFault(kubernetesVersion: string, karpenterVersion: string): string | undefined {
  const row = RANGES.find(({ karpenter }) => within(minorOf(karpenterVersion), karpenter));
  const wanted = minorOf(kubernetesVersion);
  if (!row || within(wanted, row.kubernetes)) return undefined;
  const [from, to] = row.kubernetes;
  const fitting = RANGES.filter(({ kubernetes }) => within(wanted, kubernetes));
  const first = fitting[0]?.karpenter[0];
  const last = fitting.at(-1)?.karpenter[1];
  const remedy =
    first && last
      ? `use Karpenter ${text(first)} to ${text(last)}`
      : `no known Karpenter supports Kubernetes ${kubernetesVersion}`;
  return `Karpenter ${karpenterVersion} supports Kubernetes ${text(from)} to ${text(to)}, not ${kubernetesVersion}; ${remedy}`;
}
