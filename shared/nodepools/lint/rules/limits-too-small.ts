import { poolRule } from '../rule.ts';

export const limitsTooSmall = poolRule({
  id: 'limits-too-small',
  severity: 'error',
  finds: 'Limits below every instance type of the pool.',
  breaks: 'Karpenter launches no node for the pool, ever; its pods stay Pending.',
  mend: 'spec: { limits: { cpu: "100", memory: 200Gi } }',
  check: (pool) => {
    const types = pool.types();
    if (pool.isStatic || types?.launchable.length !== 0) return [];
    const [smallest] = types.candidates.toSorted((a, b) => a.vcpu - b.vcpu || a.memoryMiB - b.memoryMiB);
    if (!smallest) return [];
    const size = `${smallest.vcpu} vCPU and ${Number((smallest.memoryMiB / 1024).toFixed(1))} GiB`;
    const { cpu, memory } = pool.limits;
    const given = [cpu === undefined ? [] : `cpu ${cpu}`, memory === undefined ? [] : `memory ${memory}`].flat();
    return [
      {
        path: 'spec.limits',
        reason: `no type of the pool fits within ${given.join(' and ')}: the smallest, ${smallest.name}, has ${size}; no node is ever launched`,
        fix: 'raise them, under spec: limits: { cpu: "100", memory: 200Gi }',
      },
    ];
  },
});
