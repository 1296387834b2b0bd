import * as z from 'zod';
import { CPU_QUANTITY, GO_DURATION, MEMORY_QUANTITY } from './quantities.ts';

/** Text that YAML reads as a number when it is not quoted. */
function quoted(pattern: RegExp, what: string, example: string) {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `must be ${what} in quotes, such as "${example}"; unquoted it is the number ${input}`
          : undefined,
    })
    .regex(pattern, { error: ({ input }) => `must be ${what} such as "${example}", is ${JSON.stringify(input)}` });
}

export const cpuQuantity = () => quoted(CPU_QUANTITY, 'a CPU quantity', '500m');
export const memoryQuantity = () => quoted(MEMORY_QUANTITY, 'a memory quantity', '1Gi');
export const goDuration = (example: string) => quoted(GO_DURATION, 'a duration', example);

export const kubernetesVersion = z
  .string({
    error: ({ input }) =>
      typeof input === 'number'
        ? `must be in quotes, such as "1.35": unquoted it is the number ${input}, and 1.30 would become 1.3`
        : undefined,
  })
  .regex(/^[1-9]\.\d{1,2}$/, {
    error: ({ input }) => `must be a minor version such as "1.35", is ${JSON.stringify(input)}`,
  });

export const karpenterVersion = z
  .string({
    error: ({ input }) =>
      typeof input === 'number' ? `must be a whole version such as 1.14.1, is the number ${input}` : undefined,
  })
  .regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/, {
    error: ({ input }) =>
      String(input).startsWith('v')
        ? `must be written without the v: chart versions have none, is ${JSON.stringify(input)}`
        : `must be a whole version such as 1.14.1, is ${JSON.stringify(input)}`,
  });

/** One instance type by name; `t3.*` is no name. */
export const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$/, {
    error: ({ input }) =>
      String(input).includes('*')
        ? `must be one instance type, such as t3.medium: a node group takes no wildcards, is ${JSON.stringify(input)}`
        : `must be an instance type such as t3.medium, is ${JSON.stringify(input)}`,
  });

/** DNS-1123 label: names of namespaces and of NodePools, which are also label values. */
export const dnsLabel = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
    error: ({ input }) =>
      `must be lower-case letters, digits and hyphens, not starting or ending with a hyphen, is ${JSON.stringify(input)}`,
  });

export function matching(pattern: RegExp, what: string) {
  return z.string().regex(pattern, { error: ({ input }) => `must be ${what}, is ${JSON.stringify(input)}` });
}
