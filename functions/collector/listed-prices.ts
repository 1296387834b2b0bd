import { readPriceCache } from '../../shared/ledger/cost-reports.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { type PriceCache, readCache } from '../../shared/prices-file/price-cache.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';

type Deps = {
  readonly table: LedgerTable;
  readonly region: string;
  readonly get: (pointer: DocumentPointer) => Promise<unknown>;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
};

/**
 * The list prices of the Region as the cost reports fetched them; undefined before the first report. Where they cannot be read a
 * collection goes on without: nodes without a price are counted as such.
 */
export function listedPrices({ table, region, get, warn }: Deps): () => Promise<PriceCache | undefined> {
  return async () => {
    try {
      const pointer = await readPriceCache(table, region);
      return pointer && readCache(await get(pointer), region);
    } catch (error) {
      warn('the fetched prices could not be read; nodes without a price are counted as unpriced', { region, error });
      return undefined;
    }
  };
}
