import { Environment } from '@marcbachmann/cel-js';

const regExp = (pattern: string, flags = ''): RegExp => new RegExp(pattern, `u${flags}`);

type Ordered = bigint | number | string;

function isAscending(list: readonly Ordered[]): boolean {
  return list.every((item, index) => index === 0 || (list[index - 1] as Ordered) <= item);
}

function extreme(list: readonly Ordered[], isBetter: (left: Ordered, right: Ordered) => boolean): Ordered {
  if (list.length === 0) throw new Error('min or max called on an empty list');
  return list.reduce((best, item) => (isBetter(item, best) ? item : best));
}

function isUrl(text: string): boolean {
  return URL.canParse(text);
}

/**
 * CEL as the API server offers it in x-kubernetes-validations: the standard library, the strings extension and the
 * Kubernetes list and regular-expression functions. An expression that uses another function does not compile.
 */
export function celEnvironment(): Environment {
  return new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn')
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => regExp(pattern).exec(text)?.[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => [
      ...(text.match(regExp(pattern, 'g')) ?? []),
    ])
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) => {
      const found = text.match(regExp(pattern, 'g')) ?? [];
      return limit < 0n ? [...found] : found.slice(0, Number(limit));
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)))
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('list.isSorted(): bool', isAscending)
    .registerFunction('list.min(): dyn', (list: readonly Ordered[]) => extreme(list, (left, right) => left < right))
    .registerFunction('list.max(): dyn', (list: readonly Ordered[]) => extreme(list, (left, right) => left > right));
}
