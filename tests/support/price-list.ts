type Changes = {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly unit?: string;
  readonly prices?: Readonly<Record<string, string>>;
};

/** A product as the Pricing API writes it: an m5.large for a tenth of a dollar, unless told otherwise. */
export function aProduct({ attributes = {}, unit = 'Hrs', prices = { USD: '0.1070000000' } }: Changes = {}): string {
  return JSON.stringify({
    product: { sku: 'AAAA1111BBBB2222', attributes: { instanceType: 'm5.large', ...attributes } },
    terms: { OnDemand: { T: { priceDimensions: { D: { unit, pricePerUnit: prices } } } } },
  });
}
