import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { kubeApi } from '../../../../shared/kube/api.ts';
import { leaderMetrics } from '../../../../shared/kube/leader-metrics.ts';
import type { KubeObject } from '../../../../simulator/kubernetes/types.ts';
import { anApiServer } from '../../../support/api-server-world.ts';
import { aPod } from '../../../support/test-kubernetes.ts';

const LEASE: KubeObject = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'karpenter-leader-election', namespace: 'default' },
  spec: { holderIdentity: 'karpenter-7d_8f0c' },
};
const PAGE = [
  '# HELP karpenter_interruption_received_messages_total What came.',
  'process_start_time_seconds 1.7625e+09',
  'karpenter_interruption_received_messages_total{message_type="no_op"} 41',
  'karpenter_interruption_received_messages_total{message_type="a \\"b\\"\\nc"} 2',
  'karpenter_other_total 9',
  'karpenter_interruption_received_messages_total{message_type="odd"} NaN',
  '',
].join('\n');

describe("the leader's metrics", () => {
  let world: Awaited<ReturnType<typeof anApiServer>>;
  const read = (token = 'admin') =>
    leaderMetrics(
      kubeApi({ url: world.server.url, caData: world.server.caData, token }),
      'default',
      new Map([['karpenter_interruption_received_messages_total', ['message_type']]]),
    );
  beforeAll(async () => {
    world = await anApiServer();
  });
  beforeEach(() => {
    world.cluster.podPages.length = 0;
  });
  afterAll(() => world.stop());

  it('are nobody’s while no pod leads', async () => {
    expect(await read()).toBeUndefined();
  });

  it('are those of the pod that holds the lease, as far as they are wanted', async () => {
    world.api.create(LEASE);
    const pod = world.api.create(aPod('karpenter-7d'));
    world.cluster.podPages.push((asked, port, path) =>
      asked.metadata.name === pod.metadata.name && port === 8080 && path === '/metrics' ? PAGE : undefined,
    );

    const metrics = await read();

    expect(metrics).toEqual({
      pod: pod.metadata.name,
      process: `${pod.metadata.uid}/1762500000`,
      samples: [
        { name: 'karpenter_interruption_received_messages_total', labels: { message_type: 'no_op' }, value: 41 },
        { name: 'karpenter_interruption_received_messages_total', labels: { message_type: 'a "b"\nc' }, value: 2 },
      ],
    });
  });

  it('are an error when the pod does not answer, and when the reader may not ask', async () => {
    await expect(read()).rejects.toMatchObject({ status: 503 });
    await expect(read('nobody')).rejects.toMatchObject({ status: 403 });
  });
});
