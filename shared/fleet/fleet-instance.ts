import type { FleetInstance } from '../fleet-file/schema.ts';
import type { InstanceRecord } from './instance-record.ts';

/** What every gp3 volume has; other types are asked for neither. */
const GP3 = { iops: 3000, throughputMiBps: 125 };
const OTHER = { iops: 0, throughputMiBps: 0 };

/** An instance of the ledger as a fleet file has it. */
export function fleetInstanceOf(record: InstanceRecord): FleetInstance {
  const { runs, volumes, zoneId, ...rest } = record;
  return {
    ...rest,
    zoneId: zoneId ?? 'unknown',
    volumes: volumes.map(({ gib, type, iops, throughputMiBps }) => {
      const base = type === 'gp3' ? GP3 : OTHER;
      return { gib, type, iops: iops ?? base.iops, throughputMiBps: throughputMiBps ?? base.throughputMiBps };
    }),
    requested: { ...rest.requested },
    allocatable: rest.allocatable && { ...rest.allocatable },
    runs: runs.map((run) => ({ ...run })),
  };
}
