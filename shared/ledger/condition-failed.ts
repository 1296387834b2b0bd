import { OpsError } from '../errors/ops-error.ts';

export type LedgerKey = { readonly pk: string; readonly sk: string };

/** The row is not as the writer assumed. Modules of this folder handle it; what is left after their attempts, a retry mends. */
export class ConditionFailed extends OpsError {
  constructor({ pk, sk }: LedgerKey, cause: unknown) {
    super('InUse', `the ledger row ${pk} / ${sk} is not as expected: read it again`, {
      retryable: true,
      details: { pk, sk },
      cause,
    });
  }
}
