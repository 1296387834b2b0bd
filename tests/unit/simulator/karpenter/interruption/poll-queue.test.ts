import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqsState } from '../../../../../simulator/aws/services/sqs/state.ts';
import { inflate, openReadyWorld, runningPods, type World } from '../world.ts';

const sender = { roleArn: 'arn:aws:iam::111122223333:role/aws-service/events', sessionName: 'events' };
const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/banking';

describe('the interruption queue', () => {
  let world: World;
  beforeEach(async () => {
    world = await openReadyWorld({ settings: { interruptionQueue: 'banking' } });
    world.api.create(inflate(1));
    await world.until('the pod runs', () => runningPods(world).length === 1);
  });
  afterEach(() => world?.simulation.close());

  const send = (body: unknown) =>
    world.simulation.runUntil(
      world.cloud.call('SQS', 'SendMessage', { QueueUrl: url, MessageBody: JSON.stringify(body) }, sender),
    );
  const notice = (detailType: string, instanceId: string) => ({
    version: '0',
    source: 'aws.ec2',
    'detail-type': detailType,
    time: new Date(world.simulation.now()).toISOString(),
    resources: [],
    detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
  });
  const reasons = () => world.api.list('v1', 'Event', { namespace: 'default' }).map((event) => event['reason']);
  const messages = () => Object.values(sqsState(world.simulation).queues['banking']?.messages ?? {});

  it('makes a spot notice end the claim, whose pods get another node', async () => {
    const [instance] = world.instances();
    const [claim] = world.claims();

    await send(notice('EC2 Spot Instance Interruption Warning', instance?.id ?? ''));
    await world.simulation.runFor(2);

    const present = world.claims().find(({ metadata }) => metadata.name === claim?.metadata.name);
    expect(present?.metadata.deletionTimestamp).toBeDefined();
    expect(reasons()).toEqual(expect.arrayContaining(['SpotInterrupted', 'TerminatingOnInterruption']));
    await world.until('the pod runs elsewhere', () => world.claims().length === 1 && runningPods(world).length === 1);
    expect(world.claims()[0]?.metadata.name).not.toBe(claim?.metadata.name);
  });

  it('only tells of a rebalance recommendation, and deletes what is not its own', async () => {
    const [instance] = world.instances();

    await send(notice('EC2 Instance Rebalance Recommendation', instance?.id ?? ''));
    await send(notice('EC2 Spot Instance Interruption Warning', 'i-00000000000000000'));
    await send({ version: 0 });
    await world.simulation.runFor(2);

    expect(reasons()).toContain('SpotRebalanceRecommendation');
    expect(world.claims()[0]?.metadata.deletionTimestamp).toBeUndefined();
    expect(Object.values(messages() ?? {})).toEqual([]);
    expect(world.calls('DeleteMessage')).toHaveLength(3);
  });

  it('costs one call for each twenty seconds while nothing comes', async () => {
    const before = world.calls('ReceiveMessage').length;

    await world.simulation.runFor(200);

    const rounds = world.calls('ReceiveMessage').length - before;
    expect(rounds).toBeGreaterThanOrEqual(9);
    expect(rounds).toBeLessThanOrEqual(11);
  });
});
