import type { DescribeInstanceInformationResult } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { abandonedEvents } from '../../simulator/lambda/asynchronous.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { inventoryOf } from '../support/inventory.ts';
import { aClusterFile, anAccount, runToEnd } from '../support/simulated-run.ts';

const STEPS = [
  'preflight',
  'cluster-stack',
  'cluster',
  'access',
  'addons-before-nodes',
  'bootstrap-nodes',
  'addons-after-nodes',
  'discovery-tags',
  'registry',
  'pod-identity',
  'crd-chart',
  'controller-chart',
  'rollout',
  'node-classes',
  'node-pools',
  'smoke-test',
];

/** Those of the first run. */
let calls = '';

describe('a bootstrap run', () => {
  let account: Account;
  beforeAll(async () => {
    account = await anAccount({ seed: 1 });
  });
  afterAll(() => account.close());

  it('goes from an empty account to a passed smoke test, and again without changing anything', async () => {
    const first = await runToEnd(account, 'bootstrap-cluster', aClusterFile());
    calls = account.cloud.trace.toJsonLines();
    const made = inventoryOf(account);
    const second = await runToEnd(account, 'bootstrap-cluster', aClusterFile());

    expect([first.status, first.cause]).toEqual(['SUCCEEDED', undefined]);
    expect([second.status, second.cause]).toEqual(['SUCCEEDED', undefined]);
    const steps = await account.simulation.runUntil(ledgerReader(account).steps(first.executionArn));
    expect(steps.map((step) => step.step)).toEqual(expect.arrayContaining(STEPS));
    expect(steps.find((step) => step.step === 'cluster')?.change).toBe('created');
    const again = await account.simulation.runUntil(ledgerReader(account).steps(second.executionArn));
    expect(again.filter((step) => step.change !== 'none').map((step) => step.step)).toEqual([]);
    expect(inventoryOf(account)).toEqual(made);
    expect(abandonedEvents(account.simulation)).toEqual([]);
  });

  it('leaves nodes that a person can open a session on', async () => {
    const managed = account.cloud.call('SSM', 'DescribeInstanceInformation', {}, account.deployer);
    const { InstanceInformationList } = (await account.simulation.runUntil(
      managed,
    )) as DescribeInstanceInformationResult;

    const online = InstanceInformationList?.filter(({ PingStatus }) => PingStatus === 'Online') ?? [];
    const nodes = account.kubernetes.find('banking-prod')?.as(SYSTEM_ADMIN).list('v1', 'Node') ?? [];
    expect(online.map(({ ComputerName }) => ComputerName).sort()).toEqual(
      nodes.map(({ metadata }) => metadata.name).sort(),
    );
    expect(nodes).toHaveLength(3);
  });

  it('measured the smoke test by phases that sum to the total, and left nothing of it', async () => {
    const [execution] = [...account.engine.sizes.keys()].filter((arn) => arn.includes('bootstrap-cluster'));
    const latency = (await account.simulation.runUntil(ledgerReader(account).smokeTest(execution ?? ''))) as {
      pods: number;
      seconds: Record<string, number>;
    };
    const { total, ...phases } = latency.seconds;

    expect(latency.pods).toBe(5);
    expect(Object.values(phases).reduce((sum, seconds) => sum + seconds, 0)).toBe(total);
    expect(total).toBeGreaterThan(30);
    const [cluster] = inventoryOf(account)['clusters'] as {
      kubernetes: { nodes: number; nodeClaims: number; nodePools: string[] };
    }[];
    expect(cluster?.kubernetes).toMatchObject({
      nodes: 3,
      nodeClaims: 0,
      nodePools: ['banking-compute', 'banking-general', 'default'],
    });
  });

  it('keeps every execution far below the limits of Step Functions', () => {
    for (const { largestStateBytes, historyEvents } of account.engine.sizes.values()) {
      expect(largestStateBytes).toBeLessThan(32 * 1024);
      expect(historyEvents).toBeLessThan(5000);
    }
  });
});

describe('the same seed', () => {
  it('gives the same calls in the same order at the same times', async () => {
    const again = await anAccount({ seed: 1 });
    await runToEnd(again, 'bootstrap-cluster', aClusterFile());
    const lines = again.cloud.trace.toJsonLines();
    await again.close();

    expect(lines).toBe(calls);
    expect(calls.split('\n').length).toBeGreaterThan(300);
  });
});
