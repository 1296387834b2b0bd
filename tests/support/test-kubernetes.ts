import { Simulation } from '../../simulator/core/simulation.ts';
import { createKubeCluster, type SimulatedKubeCluster } from '../../simulator/kubernetes/api/cluster.ts';
import { type KubeApi, type KubeObject, KubeStatusError, SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';

/** A simulated cluster of its own, with the administrator's view of it. Close it. */
export function aKubernetes(): {
  simulation: Simulation;
  cluster: SimulatedKubeCluster;
  api: KubeApi;
  close: () => void;
} {
  const simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
  const cluster = createKubeCluster({ name: 'test', simulation, version: 'v1.35.2-eks-0000000' });
  return { simulation, cluster, api: cluster.as(SYSTEM_ADMIN), close: () => simulation.close() };
}

export function aPod(name: string, more: { spec?: object; metadata?: object } = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...more.metadata },
    spec: { containers: [{ name: 'main', image: 'example/main:1' }], ...more.spec },
  };
}

export function aDeployment(
  name: string,
  containers: object[] = [{ name: 'main', image: 'example/main:1' }],
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  };
}

/** The error that a call throws; fails when it throws none, or another kind. */
export function statusErrorOf(call: () => unknown): KubeStatusError {
  try {
    call();
  } catch (error) {
    if (error instanceof KubeStatusError) return error;
    throw error;
  }
  throw new Error('the call was expected to fail');
}
