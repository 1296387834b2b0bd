import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { PROFILE_NAMES } from '../../shared/nodepools/profiles/catalogue.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aBootstrappedAccount, aClusterFile, anAccount, runToEnd } from '../support/simulated-run.ts';

/** The documents' table of services and pools. */
const TABLE = {
  'auth-service': { pool: 'banking-general', replicas: 3 },
  'account-service': { pool: 'banking-general', replicas: 2 },
  'api-gateway': { pool: 'banking-compute', replicas: 3 },
  'audit-service': { pool: 'banking-general', replicas: 2 },
  'other-services': { pool: 'banking-general', replicas: 2 },
};

function objectsOf(file: string): KubeObject[] {
  const text = readFileSync(new URL(`../../examples/banking/${file}`, import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

const services = (api: KubeApi) => api.list('v1', 'Pod', { namespace: 'banking-app' });
const isReady = ({ status }: KubeObject) =>
  ((status?.['conditions'] ?? []) as { type: string; status: string }[]).some(
    ({ type, status: word }) => type === 'Ready' && word === 'True',
  );

/** Waits in virtual time until every pod of the namespace is Ready, ten minutes at most. */
async function settled(account: Account, api: KubeApi, wanted: number): Promise<KubeObject[]> {
  const endMs = account.simulation.now() + 600_000;
  while (account.simulation.now() < endMs) {
    const pods = services(api);
    if (pods.length === wanted && pods.every(isReady)) return pods;
    await account.simulation.sleep(5);
  }
  return services(api);
}

describe("the bank's five services on a bootstrapped cluster", () => {
  let account: Account;
  let api: KubeApi;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
    const cluster = account.kubernetes.find('banking-prod');
    if (!cluster) throw new Error('there is no cluster');
    api = cluster.as(SYSTEM_ADMIN);
  });
  afterAll(() => account.close());

  it('land on the pools of the table, on spot, spread over zones and nodes', async () => {
    for (const object of objectsOf('services-placed.yaml')) api.create(object);

    const pods = await account.simulation.runUntil(settled(account, api, 12));

    const nodes = new Map(api.list('v1', 'Node').map((node) => [node.metadata.name, node.metadata.labels ?? {}]));
    const placed = pods.map((pod) => {
      const name = String(pod.spec?.['nodeName'] ?? '');
      const labels = nodes.get(name) ?? {};
      return {
        service: pod.metadata.labels?.['app'] ?? '',
        isReady: isReady(pod),
        node: name,
        pool: labels['karpenter.sh/nodepool'],
        capacityType: labels['karpenter.sh/capacity-type'],
        zone: labels['topology.kubernetes.io/zone'],
      };
    });
    for (const [service, { pool, replicas }] of Object.entries(TABLE)) {
      const own = placed.filter((pod) => pod.service === service);
      expect(own.map((pod) => [pod.service, pod.pool, pod.capacityType, pod.isReady])).toEqual(
        Array.from({ length: replicas }, () => [service, pool, 'spot', true]),
      );
      expect(new Set(own.map(({ node }) => node)).size).toBeGreaterThan(1);
      expect(new Set(own.map(({ zone }) => zone)).size).toBeGreaterThan(1);
    }
  });
});

describe('every profile of the catalogue in one cluster', () => {
  it('is Ready, with its EC2NodeClass', async () => {
    const account = await anAccount({ seed: 2 });
    const nodePools = PROFILE_NAMES.map((profile) => ({ profile }));

    const run = await runToEnd(
      account,
      'bootstrap-cluster',
      aClusterFile({ spec: { nodePools, smokeTest: { enabled: false } } }),
    );

    expect([run.status, run.cause]).toEqual(['SUCCEEDED', undefined]);
    const api = account.kubernetes.find('banking-prod')?.as(SYSTEM_ADMIN);
    const ready = (apiVersion: string, kind: string) =>
      (api?.list(apiVersion, kind) ?? []).filter(isReady).map(({ metadata }) => metadata.name);
    expect(ready('karpenter.sh/v1', 'NodePool').sort()).toEqual([...PROFILE_NAMES].sort());
    expect(ready('karpenter.k8s.aws/v1', 'EC2NodeClass').sort()).toEqual(['banking', 'default', 'gpu']);
    await account.close();
  });
});
