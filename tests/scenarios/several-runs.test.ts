import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ec2World } from '../../simulator/aws/services/ec2/world.ts';
import type { ExecutionRecord } from '../../simulator/aws/services/sfn/executions.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aClusterFile, anAccount } from '../support/simulated-run.ts';

describe('runs at the same time', () => {
  let account: Account;
  let first: ExecutionRecord;
  let rival: ExecutionRecord;
  let neighbour: ExecutionRecord;
  beforeAll(async () => {
    account = await anAccount({ seed: 3 });
    const { simulation } = account;
    [first, rival, neighbour] = await simulation.runUntil(
      (async () => {
        const start = async (file: object, afterSeconds: number) => {
          await simulation.sleep(afterSeconds);
          return account.ended(await account.startExecution('bootstrap-cluster', file));
        };
        return Promise.all([
          start(aClusterFile(), 0),
          start(aClusterFile(), 60),
          start(aClusterFile({ name: 'banking-test' }), 90),
        ]);
      })(),
    );
  });
  afterAll(() => account.close());

  it('refuses the second run of one cluster, naming the run that holds the lease', () => {
    expect(first.status).toBe('SUCCEEDED');
    expect([rival.status, rival.error]).toEqual(['FAILED', 'LeaseHeld']);
    expect(rival.cause).toContain(first.executionArn);
  });

  it('lets two clusters in the same subnets both provision, and leaves the first its discovery tags', () => {
    expect([neighbour.status, neighbour.cause]).toEqual(['SUCCEEDED', undefined]);
    const tags = Object.values(ec2World(account.simulation).subnets).map(
      (subnet) => subnet.tags['karpenter.sh/discovery'],
    );
    expect(new Set(tags.filter(Boolean))).toEqual(new Set(['banking-prod']));
  });

  it('gives each cluster a queue of its own: a controller deletes what is not about its instances', () => {
    const queues = ['banking-prod', 'banking-test'].map((name) => {
      const api = account.kubernetes.find(name)?.as(SYSTEM_ADMIN);
      const pods = api?.list('v1', 'Pod', { labelSelector: 'app.kubernetes.io/name=karpenter' }) ?? [];
      return pods.map(({ spec }) => /"INTERRUPTION_QUEUE","value":"([^"]+)"/.exec(JSON.stringify(spec))?.[1]);
    });

    expect(queues).toEqual([
      ['joinery-cluster-banking-prod', 'joinery-cluster-banking-prod'],
      ['joinery-cluster-banking-test', 'joinery-cluster-banking-test'],
    ]);
  });
});
