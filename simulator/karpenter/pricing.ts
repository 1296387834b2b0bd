import { type Controller, isAwsError, type Outcome } from './controller.ts';

const PERIOD_SECONDS = 12 * 3600;

/** The endpoint of the price list that serves a Region. */
function endpointFor(region: string): string {
  if (region.startsWith('ap-')) return 'ap-south-1';
  return region.startsWith('eu-') ? 'eu-central-1' : 'us-east-1';
}

/**
 * Asks for on-demand and for spot prices, twice a day. A refusal is logged, and the controller goes on with the prices that it was built
 * with. Only the first page is asked for: the simulated controller chooses by the instance catalogue.
 */
export async function refreshPrices(controller: Controller): Promise<Outcome> {
  const { aws, region, settings, log, simulation } = controller;
  const isAnswered = async (what: string, ask: () => Promise<unknown>) => {
    try {
      await ask();
    } catch (error) {
      if (!isAwsError(error)) throw error;
      log('ERROR', `failed updating ${what} pricing`, { error: error.message });
    }
  };
  const filters = { regionCode: region, operatingSystem: 'Linux', marketoption: 'OnDemand', tenancy: 'Shared' };
  const Filters = Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));
  // Without a way to the internet it asks for spot prices alone: the price list has no endpoint in a VPC.
  if (!settings.isIsolatedVpc) {
    await isAnswered('on-demand', () =>
      aws('Pricing', 'GetProducts', { ServiceCode: 'AmazonEC2', Filters, MaxResults: 100 }, endpointFor(region)),
    );
  }
  await isAnswered('spot', () =>
    aws('EC2', 'DescribeSpotPriceHistory', {
      StartTime: new Date(simulation.now() - 3 * 3600_000),
      ProductDescriptions: ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'],
      MaxResults: 1000,
    }),
  );
  return { againAfterSeconds: PERIOD_SECONDS };
}
