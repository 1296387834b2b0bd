import { GetProductsCommand, type PricingClient } from '@aws-sdk/client-pricing';
import type { Offer } from '../prices-file/offers.ts';
import { toOpsError } from './errors.ts';

const PRODUCTS_A_PAGE = 100;

/** The products of one offer, each as the JSON text that the price list has, page after page. */
export async function* listProducts(
  pricing: Pick<PricingClient, 'send'>,
  { serviceCode, matches }: Offer,
): AsyncGenerator<string> {
  const Filters = matches.map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
  let NextToken: string | undefined;
  do {
    const command: GetProductsCommand = new GetProductsCommand({
      ServiceCode: serviceCode,
      FormatVersion: 'aws_v1',
      Filters,
      MaxResults: PRODUCTS_A_PAGE,
      ...(NextToken ? { NextToken } : {}),
    });
    const page = await pricing.send(command).catch((error: unknown) => {
      throw toOpsError(error, `reading the price list of ${serviceCode}`);
    });
    for (const product of page.PriceList ?? []) yield String(product);
    NextToken = page.NextToken;
  } while (NextToken);
}
