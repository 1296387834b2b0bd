import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packByGroups } from '../../../../cli/packing/fixed-groups.ts';
import { packByKarpenter } from '../../../../cli/packing/karpenter-choice.ts';
import { marketOf } from '../../../../cli/packing/machines.ts';
import type { Packing } from '../../../../cli/packing/side.ts';
import { readPodsFile } from '../../../../shared/pods-file/read-pods.ts';
import type { PodsFile } from '../../../../shared/pods-file/schema.ts';
import type { PricesFile } from '../../../../shared/prices-file/schema.ts';
import { sum } from '../../../../simulator/karpenter/instance-types/resources.ts';

const prices = JSON.parse(readFileSync('examples/pack/prices.json', 'utf8')) as PricesFile;

const pod = fc.record({
  count: fc.integer({ min: 1, max: 6 }),
  cpu: fc.constantFrom('0', '10m', '250m', '500m', '1', '1900m', '3', '20'),
  memory: fc.constantFrom('0', '64Mi', '500Mi', '1G', '3Gi', '14Gi', '300Gi'),
  isTolerant: fc.boolean(),
  arch: fc.constantFrom(undefined, 'amd64', 'arm64', 'riscv64'),
});
const group = fc.record({
  type: fc.constantFrom('t3.small', 't3.large', 'm5.xlarge', 'c6g.2xlarge', 'r5.4xlarge'),
  minSize: fc.integer({ min: 0, max: 2 }),
  more: fc.integer({ min: 1, max: 6 }),
  isTainted: fc.boolean(),
});
const pool = fc.record({
  families: fc.subarray(['t3', 't4g', 'c5', 'm5', 'r6g'], { minLength: 1 }),
  cpu: fc.constantFrom('4', '16', '1000'),
  weight: fc.integer({ min: 1, max: 3 }),
  isTainted: fc.boolean(),
});

const TAINT = { key: 'team', value: 'a', effect: 'NoSchedule' };
const taints = (isTainted: boolean) => (isTainted ? [TAINT] : []);

/** Files of every kind that readPodsFile takes. */
const files = fc
  .record({
    pods: fc.array(pod, { minLength: 1, maxLength: 6 }),
    groups: fc.array(group, { minLength: 1, maxLength: 3 }),
    pools: fc.array(pool, { minLength: 1, maxLength: 2 }),
    daemon: fc.constantFrom('50m', '200m'),
    expander: fc.constantFrom('least-waste', 'random'),
  })
  .map(({ pods, groups, pools, daemon, expander }): PodsFile => {
    const read = readPodsFile({
      region: 'us-east-1',
      pods: pods.map(({ count, cpu, memory, isTolerant, arch }, index) => ({
        name: `pod-${index}`,
        count,
        requests: { cpu, memory },
        ...(isTolerant ? { tolerations: [{ key: 'team', operator: 'Exists' }] } : {}),
        ...(arch ? { nodeSelector: { 'kubernetes.io/arch': arch } } : {}),
      })),
      daemonSets: [{ name: 'agent', requests: { cpu: daemon, memory: '100Mi' } }],
      fixed: {
        expander,
        nodeGroups: groups.map(({ type, minSize, more, isTainted }, index) => ({
          name: `group-${index}`,
          instanceTypes: [type],
          minSize,
          maxSize: minSize + more,
          taints: taints(isTainted),
        })),
      },
      karpenter: {
        nodePools: pools.map(({ families, cpu, weight, isTainted }, index) => ({
          profile: 'default',
          overrides: {
            name: `pool-${index}`,
            weight,
            instanceFamilies: families,
            architectures: ['amd64', 'arm64'],
            capacityTypes: ['on-demand', 'spot'],
            taints: taints(isTainted),
            limits: { cpu },
          },
        })),
      },
    });
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return read.value;
  });

function expectSound(file: PodsFile, { nodes, unplaced }: Packing): void {
  const names = [...nodes.flatMap(({ pods }) => pods), ...unplaced.map((entry) => entry.pod)].map(({ name }) => name);
  const total = file.pods.reduce((count, entry) => count + entry.count, 0);
  const over = nodes.flatMap(({ allocatable, daemons, pods }) => {
    const used = pods.reduce((amounts, { requests }) => sum(amounts, requests), daemons);
    return Object.entries(used).filter(([resource, amount]) => amount > (allocatable[resource] ?? 0));
  });

  expect(names).toHaveLength(total);
  expect(new Set(names).size).toBe(total);
  expect(over).toEqual([]);
}

describe('packing', () => {
  it('by node groups places each pod once or says that it did not, fills no node too far, and keeps to the sizes', () => {
    fc.assert(
      fc.property(files, (file) => {
        const packing = packByGroups(file, marketOf(file, prices));

        expectSound(file, packing);
        for (const { name, minSize, maxSize } of file.fixed.nodeGroups) {
          const size = packing.nodes.filter(({ source }) => source === name).length;
          expect(size).toBeGreaterThanOrEqual(minSize);
          expect(size).toBeLessThanOrEqual(maxSize);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('by Karpenter places each pod once or says that it did not, fills no node too far, and leaves no node empty', () => {
    fc.assert(
      fc.property(files, (file) => {
        const packing = packByKarpenter(file, marketOf(file, prices));

        expectSound(file, packing);
        expect(packing.nodes.filter(({ pods }) => pods.length === 0)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
