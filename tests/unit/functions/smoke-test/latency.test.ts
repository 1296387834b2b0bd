import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { measureLatency } from '../../../../functions/smoke-test/latency.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';

const START_MS = Date.parse('2026-11-02T08:00:00Z');
const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString().replace('.000', '');
const isTrue = (type: string, seconds: number) => ({ type, status: 'True', lastTransitionTime: at(seconds) });

const aPod = (name: string, node: string, created: number, ready: number): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, creationTimestamp: at(created) },
  spec: { nodeName: node },
  status: { conditions: [isTrue('Ready', ready)] },
});

type Marks = { created: number; launched: number; registered: number; initialized: number };

const aClaim = (name: string, node: string, marks: Marks): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: {
    name,
    creationTimestamp: at(marks.created),
    labels: {
      'node.kubernetes.io/instance-type': 'c7g.large',
      'topology.kubernetes.io/zone': 'eu-west-1a',
      'karpenter.sh/capacity-type': 'on-demand',
    },
  },
  status: {
    nodeName: node,
    conditions: [
      isTrue('Launched', marks.launched),
      isTrue('Registered', marks.registered),
      isTrue('Initialized', marks.initialized),
    ],
  },
});

const usual: Marks = { created: 2, launched: 5, registered: 35, initialized: 50 };

describe('the latency of a smoke test', () => {
  it('is told by phase for the slowest pod, with the median of all and what was launched', () => {
    const pods = [aPod('a', 'node-1', 0, 55), aPod('b', 'node-1', 0, 60), aPod('c', 'node-1', 0, 52)];

    const latency = measureLatency(pods, [aClaim('claim-1', 'node-1', usual), aClaim('unused', 'node-9', usual)]);

    expect(latency).toEqual({
      pods: 3,
      nodes: 1,
      seconds: { decision: 2, launch: 3, register: 30, initialize: 15, bind: 10, total: 60 },
      medianTotalSeconds: 55,
      launched: [{ instanceType: 'c7g.large', zone: 'eu-west-1a', capacityType: 'on-demand' }],
    });
  });

  it('is unknown while a pod is not Ready, has no node, or there is no pod', () => {
    const ready = aPod('a', 'node-1', 0, 55);
    const claims = [aClaim('claim-1', 'node-1', usual)];

    expect(measureLatency([], claims)).toBeUndefined();
    expect(measureLatency([ready, { ...ready, status: { conditions: [] } }], claims)).toBeUndefined();
    expect(measureLatency([ready, { ...ready, spec: {} }], claims)).toBeUndefined();
    expect(measureLatency([ready], [])).toBeUndefined();
  });

  it('has phases that are never negative and sum to the time from created to Ready, whatever the clocks say', () => {
    const mark = fc.integer({ min: -5, max: 300 });
    const marks = fc.record({ created: mark, launched: mark, registered: mark, initialized: mark });

    fc.assert(
      fc.property(marks, mark, (times, readySeconds) => {
        const latency = measureLatency([aPod('a', 'node-1', 0, readySeconds)], [aClaim('claim-1', 'node-1', times)]);

        const { total, ...phases } = latency?.seconds ?? { total: Number.NaN };
        const values = Object.values(phases);
        expect(values).toHaveLength(5);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(values.reduce((sum, phase) => sum + phase, 0)).toBe(total);
        expect(total).toBe(Math.max(0, readySeconds));
      }),
    );
  });
});
