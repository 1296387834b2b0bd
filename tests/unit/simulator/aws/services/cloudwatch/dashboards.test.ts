import * as sdk from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { bootStack } from '../../../../../../simulator/cloudformation/boot-stack.ts';
import { standardProviders } from '../../../../../../simulator/cloudformation/standard-providers.ts';
import { TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const BODY = JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: 'Hello' } }] });

describe('dashboards of the simulated CloudWatch', () => {
  let world: TestCloud;
  const call = (operation: string, input: object) =>
    world.simulation.runUntil(world.cloud.call('CloudWatch', operation, input, TEST_CALLER));
  const deploy = (DashboardBody: unknown) =>
    world.simulation.runUntil(
      bootStack({
        template: {
          Resources: {
            Board: {
              Type: 'AWS::CloudWatch::Dashboard',
              Properties: { DashboardName: 'fleet', DashboardBody: DashboardBody as string },
            },
          },
        },
        stackName: 'stack',
        providers: standardProviders,
        context: world.cloud.context(TEST_CALLER),
      }),
    );

  beforeEach(() => {
    world = startTestCloud([{ service: cloudWatchService(async () => undefined), sdk }]);
  });
  afterEach(() => world.simulation.close());

  it('come from a stack, and go', async () => {
    await deploy(BODY);

    expect(await call('GetDashboard', { DashboardName: 'fleet' })).toMatchObject({
      DashboardBody: BODY,
      DashboardArn: 'arn:aws:cloudwatch::111122223333:dashboard/fleet',
    });
    await call('DeleteDashboards', { DashboardNames: ['fleet'] });
    await expect(call('GetDashboard', { DashboardName: 'fleet' })).rejects.toMatchObject({
      name: 'DashboardNotFoundError',
    });
  });

  it.each([
    ['no JSON', '{'],
    ['no widgets', '{}'],
    ['an unknown widget', JSON.stringify({ widgets: [{ type: 'clock', properties: {} }] })],
    ['a misspelt member', BODY.replace('markdown', 'markdwon')],
  ])('are refused with %s, and the stack with them', async (_, text) => {
    await expect(deploy(text)).rejects.toThrow('DashboardBody');
  });
});
