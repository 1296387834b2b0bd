import * as z from 'zod/mini';
import type { OfferKind } from './offers.ts';

/** What one product of the price list says. */
type Listed = { readonly item: string; readonly price: string };
type Unusable = { readonly unusable: string };

const productSchema = z.object({
  product: z.object({ sku: z.string(), attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z.optional(
      z.record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
          ),
        }),
      ),
    ),
  }),
});
type Attributes = z.infer<typeof productSchema>['product']['attributes'];

const HOURS = /^(hrs?|hours?)$/i;
const GIBPS_MONTHS = /^gibps-mo(nths?)?$/i;

/** What a product is, how its price is counted, and what the price is divided by. */
type Meaning = { readonly item: string; readonly unit: RegExp; readonly parts?: bigint };

const endsWith = (attributes: Attributes, suffix: string) => (attributes['usagetype'] ?? '').endsWith(suffix);

/** Undefined: the listing has it, and the report has no use for it. */
function meaningOf(kind: OfferKind, attributes: Attributes): Meaning | undefined {
  const has = (suffix: string, operation?: string) =>
    endsWith(attributes, suffix) && (operation === undefined || attributes['operation'] === operation);
  switch (kind) {
    case 'shared':
    case 'bare-metal':
      return { item: attributes['instanceType'] ?? '', unit: HOURS };
    case 'gp3-storage':
      return has('EBS:VolumeUsage.gp3') ? { item: 'perGibMonth', unit: /^gb-mo(nths?)?$/i } : undefined;
    case 'gp3-iops':
      return has('EBS:VolumeP-IOPS.gp3') ? { item: 'perIopsMonth', unit: /^iops-mo(nths?)?$/i } : undefined;
    case 'gp3-throughput':
      // Listed by the GiB a second, charged by the MiB.
      return has('VolumeP-Throughput.gp3') ? { item: 'perMiBpsMonth', unit: GIBPS_MONTHS, parts: 1024n } : undefined;
    case 'ipv4':
      return has('PublicIPv4:InUseAddress') ? { item: 'perHour', unit: HOURS } : undefined;
    case 'eks':
      if (has('AmazonEKS-Hours:perCluster', 'CreateOperation')) return { item: 'perHour', unit: HOURS };
      return has('AmazonEKS-Hours:extendedSupport', 'ExtendedSupport')
        ? { item: 'extendedSupportPerHour', unit: HOURS }
        : undefined;
  }
}

const DECIMAL = /^\d{1,4}(\.\d+)?$/;
const DIGITS = 12;
const ONE = 10n ** BigInt(DIGITS);

/** A price of the list as the prices file has it: twelve decimals at most, without idle zeros; halves are rounded up. */
export function priceText(listed: string, parts = 1n): string | undefined {
  if (!DECIMAL.test(listed)) return undefined;
  const [whole = '0', fraction = ''] = listed.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const value = BigInt(whole + fraction) * ONE;
  const divisor = scale * parts;
  const smallest = (2n * value + divisor) / (2n * divisor);
  const text = String(smallest).padStart(DIGITS + 1, '0');
  return `${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`.replace(/\.?0+$/, '');
}

/** One product as the Pricing API writes it: JSON in a string. Undefined where the report has no use for it. */
function readProduct(kind: OfferKind, currency: string, text: string): Listed | Unusable | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { unusable: 'a product is not JSON' };
  }
  const parsed = productSchema.safeParse(json);
  if (!parsed.success)
    return { unusable: `a product without ${parsed.error.issues[0]?.path.join('.') || 'its members'}` };
  const { product, terms } = parsed.data;
  const meaning = meaningOf(kind, product.attributes);
  if (!meaning || meaning.item === '') return undefined;
  const dimensions = Object.values(terms.OnDemand ?? {}).flatMap((term) => Object.values(term.priceDimensions));
  const prices = new Set<string>();
  for (const { unit, pricePerUnit } of dimensions) {
    const listed = pricePerUnit[currency];
    if (listed === undefined) continue;
    const price = priceText(listed, meaning.parts);
    if (price === undefined) return { unusable: `${product.sku}: ${listed} is no price` };
    if (price === '0') continue;
    if (!meaning.unit.test(unit)) return { unusable: `${product.sku}: a price by the ${unit}` };
    prices.add(price);
  }
  const [price] = prices;
  // Nothing is given away: a product that costs nothing is a placeholder.
  if (price === undefined) return undefined;
  if (prices.size > 1) return { unusable: `${product.sku}: several prices, ${[...prices].join(' and ')}` };
  return { item: meaning.item, price };
}

/** The prices of a listing, by what they are for. */
export type Listing = { readonly prices: Readonly<Record<string, string>>; readonly problems: readonly string[] };

/** Everything that a listing says. What is listed twice at two prices has none: nobody knows which holds. */
export function readListing(kind: OfferKind, currency: string, products: Iterable<string>): Listing {
  const prices = new Map<string, string>();
  const contradicted = new Set<string>();
  const problems: string[] = [];
  for (const text of products) {
    const read = readProduct(kind, currency, text);
    if (!read) continue;
    if ('unusable' in read) {
      problems.push(read.unusable);
      continue;
    }
    const before = prices.get(read.item);
    if (before !== undefined && before !== read.price) {
      contradicted.add(read.item);
      problems.push(`${read.item} is listed at ${before} and at ${read.price}`);
    }
    prices.set(read.item, read.price);
  }
  for (const item of contradicted) prices.delete(item);
  const sorted = [...prices].sort(([a], [b]) => (a < b ? -1 : 1));
  return { prices: Object.fromEntries(sorted), problems };
}
