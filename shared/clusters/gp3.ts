import type * as z from 'zod';
import type { Fault } from './fault.ts';
import { sound, valueAt } from './read-part.ts';

type Gp3Shape = { readonly gib: z.ZodType; readonly iops: z.ZodType; readonly throughputMiBps: z.ZodType };

/** What gp3 does not give together; `value` is read by `shape`, and what is faulty by itself is left to the schema. */
export function gp3Faults(value: unknown, shape: Gp3Shape): Fault[] {
  const read = (key: keyof Gp3Shape) => {
    const found = sound(shape[key], valueAt(value, key));
    return typeof found === 'number' ? found : undefined;
  };
  const [gib, iops, throughput] = [read('gib'), read('iops'), read('throughputMiBps')];
  const faults: Fault[] = [];
  if (gib !== undefined && iops !== undefined && iops > gib * 500) {
    faults.push({ path: 'iops', message: `is ${iops}; gp3 gives at most 500 for each GiB, ${gib * 500} here` });
  }
  if (iops !== undefined && throughput !== undefined && throughput > iops / 4) {
    const message = `is ${throughput}; gp3 gives at most a quarter of its iops, ${iops / 4} here`;
    faults.push({ path: 'throughputMiBps', message });
  }
  return faults;
}
