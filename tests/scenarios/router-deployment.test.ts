import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { namesOf } from '../../shared/clusters/names.ts';
import { instancesOf } from '../../simulator/aws/services/ec2/instances.ts';
import { emitEvent } from '../../simulator/aws/services/eventbridge/bus.ts';
import { spotInterruption } from '../../simulator/aws/services/eventbridge/events/ec2.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { aBootstrappedAccount } from '../support/simulated-run.ts';

const ALIAS = 'RouterAlias';
const BROKEN = {
  sourceFile: new URL('../fixtures/broken-routers/throws.ts', import.meta.url).pathname,
  exportName: 'handler',
};
const QUEUE = namesOf('banking-prod').queueName;

/** A notice each second, of nodes of one cluster, while a new version of the router is brought into use. */
describe('a new version of the router', () => {
  let account: Account;
  let whole: World;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
    whole = account.simulation.snapshot();
  });
  beforeEach(() => account.restore(whole));
  afterAll(() => account.close());

  const aliasArn = () => account.stack.resources[ALIAS]?.physicalId ?? '';
  /** Events by their ids: all that were sent to the bus, and those that arrived in the cluster's queue. */
  const deploy = async (code?: typeof BROKEN) => {
    const { simulation, cloud } = account;
    const [instance] = instancesOf(simulation).filter(({ state }) => state === 'running');
    if (!instance) throw new Error('no instance runs');
    const from = cloud.trace.entries.length;
    const sent: string[] = [];
    let isOver = false;
    const notices = (async () => {
      while (!isOver) {
        sent.push(emitEvent(simulation, spotInterruption(instance.zone, instance.id, 'terminate')));
        await simulation.sleep(1);
      }
    })();
    const startMs = simulation.now();
    const outcome = await simulation.runUntil(account.deployVersion(ALIAS, code));
    const minutes = (simulation.now() - startMs) / 60_000;
    isOver = true;
    await simulation.runUntil(notices);
    await simulation.runFor(120);
    const bodies = cloud.trace.entries
      .slice(from)
      .filter(({ operation, input }) => operation === 'SendMessageBatch' && JSON.stringify(input).includes(QUEUE))
      .map(({ input }) => JSON.stringify(input))
      .join('\n');
    return { outcome, minutes, lost: sent.filter((id) => !bodies.includes(id)), sent: sent.length };
  };

  it('takes a tenth of the work for five minutes and then all of it', async () => {
    const { outcome, minutes, lost, sent } = await deploy();

    expect(outcome).toEqual({ status: 'Succeeded' });
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(minutes).toBeLessThan(5.5);
    expect([lost, sent > 290]).toEqual([[], true]);
    expect(account.runtime.routeOf(aliasArn())).toEqual({ version: '2' });
  });

  it('goes back by itself when it fails, before it has more than a tenth, and no notice is lost', async () => {
    const { outcome, minutes, lost, sent } = await deploy(BROKEN);

    expect(outcome).toEqual({ status: 'Stopped', reason: expect.stringMatching(/alarm .*RouterErrors.* fired/) });
    expect(minutes).toBeLessThan(5);
    expect([lost, sent > 60]).toEqual([[], true]);
    expect(account.runtime.routeOf(aliasArn())).toEqual({ version: '1' });
  });

  it.each(['MoveTheAlias', 'WatchTheAlarm'])('is not brought into use by a role without %s', async (sid) => {
    const role = Object.values(iamState(account.simulation).roles).find(({ name }) =>
      /RouterDeploymentRole/.test(name),
    );
    const [[policy = '', json = '{}'] = []] = Object.entries(role?.inline ?? {});
    const document = JSON.parse(json) as { Statement: { Sid: string }[] };
    expect(document.Statement.map(({ Sid }) => Sid)).toContain(sid);
    const Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
    Object.assign(role?.inline ?? {}, { [policy]: JSON.stringify({ ...document, Statement }) });

    const { outcome, lost } = await deploy();

    expect([lost, account.runtime.routeOf(aliasArn())]).toEqual([[], { version: '1' }]);
    expect(outcome).toEqual({
      status: 'Failed',
      reason: expect.stringMatching(/AccessDenied.*(GetAlias|DescribeAlarms)/),
    });
  });
});
