import type { Filter, GetProductsRequest, GetProductsResponse } from '@aws-sdk/client-pricing';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { operation, type SimulatedService } from '../../types.ts';
import { type Product, productsIn } from './products.ts';

/** The Regions with an endpoint, in the partition that is simulated. */
const ENDPOINTS: readonly string[] = ['us-east-1', 'eu-central-1', 'ap-south-1'];
const SERVICES: readonly string[] = ['AmazonEC2', 'AmazonEKS', 'AmazonVPC'];
const MAX_RESULTS = 100;
/** What the list holds beside its attributes. */
const FIELDS = ['serviceCode', 'productFamily'];

/** What a Region's list says of one service, and the fields that can be asked for. */
type ServiceList = { readonly products: readonly Product[]; readonly fields: ReadonlySet<string> };

const regions = new Map<string, readonly Product[]>();
const lists = new Map<string, ServiceList>();

function listOf(serviceCode: string, region: string): ServiceList {
  const key = `${serviceCode} ${region}`;
  const list = lists.get(key) ?? readList(serviceCode, region);
  lists.set(key, list);
  return list;
}

function readList(serviceCode: string, region: string): ServiceList {
  const all = regions.get(region) ?? productsIn(region);
  regions.set(region, all);
  const products = all.filter((product) => product.serviceCode === serviceCode);
  return { products, fields: new Set([...FIELDS, ...products.flatMap(({ attributes }) => Object.keys(attributes))]) };
}

export const pricingService: SimulatedService = {
  serviceId: 'Pricing',
  operations: {
    GetProducts: operation<GetProductsRequest, GetProductsResponse>({
      authorize: (_, { caller, region }) => [
        {
          action: 'pricing:GetProducts',
          resource: '*',
          context: { 'aws:RequestedRegion': caller.endpointRegion ?? region },
        },
      ],
      run(input, { simulation, caller, region }) {
        const endpoint = caller.endpointRegion ?? region;
        if (!ENDPOINTS.includes(endpoint))
          throw new Error(`getaddrinfo ENOTFOUND api.pricing.${endpoint}.amazonaws.com`);
        if (!SERVICES.includes(input.ServiceCode ?? ''))
          throw new NotSimulatedError(`the price list of ${input.ServiceCode}`);
        if (input.FormatVersion !== undefined && input.FormatVersion !== 'aws_v1')
          throw new SimulatedAwsError('InvalidParameterException', `Invalid FormatVersion ${input.FormatVersion}`);
        const size = input.MaxResults ?? MAX_RESULTS;
        if (size < 1 || size > MAX_RESULTS)
          throw new SimulatedAwsError('InvalidParameterException', `MaxResults must be between 1 and ${MAX_RESULTS}`);
        const found = matching(input.ServiceCode ?? '', input.Filters ?? []);
        const start = input.NextToken === undefined ? 0 : startIn(input.NextToken, found.length);
        const page = found.slice(start, start + size);
        return {
          FormatVersion: 'aws_v1',
          PriceList: page.map((product) => textOf(product, simulation)),
          ...(start + size < found.length ? { NextToken: tokenFor(start + size) } : {}),
        };
      },
    }),
  },
};

/** The Regions must be named: without them it would be the whole offer file, page after page. */
function matching(serviceCode: string, filters: readonly Filter[]): readonly Product[] {
  const region = filters.find(({ Field }) => Field === 'regionCode')?.Value;
  if (region === undefined) throw new NotSimulatedError('GetProducts without a regionCode: the list of every Region');
  const { products, fields } = listOf(serviceCode, region);
  for (const { Type, Field = '', Value } of filters) {
    if (Type !== 'TERM_MATCH') throw new NotSimulatedError(`a price filter of type ${Type}`);
    if (!fields.has(Field))
      throw new SimulatedAwsError(
        'InvalidParameterException',
        `Invalid parameter in Field: ${Field} of ${serviceCode}`,
      );
    if (Value === undefined || Value === '')
      throw new SimulatedAwsError('InvalidParameterException', `The Value of ${Field} is empty`);
  }
  return products.filter((product) => filters.every(({ Field = '', Value }) => fieldOf(product, Field) === Value));
}

function fieldOf(product: Product, field: string): string | undefined {
  if (field === 'serviceCode') return product.serviceCode;
  return field === 'productFamily' ? product.productFamily : product.attributes[field];
}

function textOf({ serviceCode, sku, productFamily, attributes, unit, usd }: Product, simulation: Simulation): string {
  const rate = `${sku}.JRTCKXETXF`;
  const priceDimensions = {
    [`${rate}.6YS6EN2CT7`]: { unit, beginRange: '0', endRange: 'Inf', appliesTo: [], pricePerUnit: { USD: usd } },
  };
  const effectiveDate = `${simulation.timestamp().slice(0, 7)}-01T00:00:00Z`;
  return JSON.stringify({
    product: { ...(productFamily === undefined ? {} : { productFamily }), attributes, sku },
    serviceCode,
    terms: {
      OnDemand: { [rate]: { priceDimensions, sku, effectiveDate, offerTermCode: 'JRTCKXETXF', termAttributes: {} } },
    },
  });
}

const TOKEN = /^from (\d+)$/;

function tokenFor(start: number): string {
  return Buffer.from(`from ${start}`).toString('base64');
}

function startIn(token: string, length: number): number {
  const [, start] = TOKEN.exec(Buffer.from(token, 'base64').toString('utf8')) ?? [];
  if (start === undefined || Number(start) >= length)
    throw new SimulatedAwsError('InvalidNextTokenException', 'The pagination token is invalid. Try again without one.');
  return Number(start);
}
