import type { Account } from '../../../simulator/boot/account.ts';

type Call = Account['cloud']['trace']['entries'][number];

export function isRefusal({ outcome }: Call): boolean {
  return /AccessDenied|Unauthorized|AuthorizationError/.test(outcome);
}

/** In words, the first call that somebody was refused. */
export function refusalIn(calls: readonly Call[]): string | undefined {
  const refused = calls.find(isRefusal);
  return refused && `${refused.caller} was refused ${refused.service} ${refused.operation}`;
}
