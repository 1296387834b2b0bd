import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { setEmptyPools } from '../../simulator/aws/services/ec2/launch-checks.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { FAULT_PLANS, faultInjector } from '../../simulator/faults/faults.ts';
import { bootstrapAndNodeLoss } from '../../simulator/scenarios/bootstrap-and-node-loss.ts';
import { inventoryOf } from '../support/inventory.ts';
import { aClusterFile, anAccount, aStage, runToEnd, SUBNETS } from '../support/simulated-run.ts';

let account: Account;
afterEach(() => account.close());

describe('a bad day', () => {
  it('is refused by the preflight with everything that is wrong with the network, and nothing is made', async () => {
    account = await anAccount({
      network: {
        subnets: [
          { id: SUBNETS[0] ?? '', zone: 'eu-west-1a', wayOut: 'none' },
          { id: SUBNETS[1] ?? '', zone: 'eu-west-1a', freeAddresses: 2 },
        ],
      },
    });

    const { queues } = inventoryOf(account);
    const ended = await runToEnd(account, 'bootstrap-cluster', aClusterFile());

    expect([ended.status, ended.error]).toEqual(['FAILED', 'PreflightFailed']);
    expect(ended.cause).toContain(SUBNETS[2]);
    expect(ended.cause).toMatch(/zone/);
    expect(ended.cause).toMatch(/address/);
    expect(inventoryOf(account)).toMatchObject({
      queues,
      clusters: [],
      instances: [],
    });
  });

  it('ends with one error that lists every fault of a cluster file', async () => {
    account = await anAccount();
    const { network } = aClusterFile().spec;
    const file = aClusterFile({ spec: { region: 'us-east-1', network: { ...network, endpointAccess: 'private' } } });

    const ended = await runToEnd(account, 'bootstrap-cluster', file);

    expect([ended.status, ended.error]).toEqual(['FAILED', 'InvalidClusterFile']);
    expect(ended.cause).toContain('spec.region');
    expect(ended.cause).toContain('spec.network.endpointAccess');
  });

  it('keeps what exists when there is no capacity for the bootstrap nodes, and goes on from it once there is', async () => {
    account = await anAccount({ seed: 2 });
    setEmptyPools(account.simulation, [{ instanceType: 't3.medium' }]);

    const failed = await runToEnd(account, 'bootstrap-cluster', aClusterFile());
    const kept = inventoryOf(account)['clusters'] as { name: string }[];

    expect([failed.status, failed.error]).toEqual(['FAILED', 'NodeGroupFailed']);
    expect(failed.cause).toContain('cluster (created)');
    expect(kept.map((cluster) => cluster.name)).toEqual(['banking-prod']);
  });

  it('succeeds while AWS throttles one call in twenty', async () => {
    const injector = faultInjector(FAULT_PLANS['throttling'], 11);
    account = await anAccount({ seed: 11, injectFault: injector.inject });

    const ended = await runToEnd(account, 'bootstrap-cluster', aClusterFile());

    expect([ended.status, ended.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(injector.counts()['throttle']).toBeGreaterThan(5);
  });

  it('loses the node of the leader and gets whole again', async () => {
    account = await anAccount({ seed: 4 });

    const outcome = await account.simulation.runUntil(bootstrapAndNodeLoss.run(aStage(account)));

    expect(outcome).toMatchObject({ ok: true, findings: { nodeLoss: { nodes: 3 } } });
  });

  it('only plans when only the plan is wanted', async () => {
    account = await anAccount();

    const ended = await runToEnd(account, 'bootstrap-cluster', { ...aClusterFile(), planOnly: true });

    expect([ended.status, ended.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(inventoryOf(account)).toMatchObject({ clusters: [], instanceProfiles: 0 });
    const calls = account.cloud.trace.entries.map((entry) => `${entry.service}.${entry.operation}`);
    expect(calls.filter((call) => /\.(Create|Put|Update|Run)/.test(call) && !/^(S3|DynamoDB)\./.test(call))).toEqual(
      [],
    );
  });
});

describe('a service that is down', () => {
  it('fails the run with the reason when EKS does not answer for longer than the retries last', async () => {
    account = await anAccount({
      injectFault: ({ serviceId }) => {
        if (serviceId === 'EKS')
          throw new SimulatedAwsError('ServiceUnavailableException', 'Service is unavailable', 503);
      },
    });

    const ended = await runToEnd(account, 'bootstrap-cluster', aClusterFile());

    expect(ended.status).toBe('FAILED');
    expect(ended.cause).toContain('ServiceUnavailableException');
  });
});
