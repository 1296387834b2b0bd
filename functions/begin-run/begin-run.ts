import * as z from 'zod/mini';
import type { AttachFile, ParsedAttach } from '../../shared/clusters/attach-file.ts';
import type { Cluster, ParsedCluster } from '../../shared/clusters/cluster-file.ts';
import type { Fault } from '../../shared/clusters/fault.ts';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { executionId } from '../../shared/clusters/ownership.ts';
import { endpointFaults } from '../../shared/clusters/run-faults.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { DocumentPointer, Run } from '../../shared/runs/run.ts';

const request = z.object({
  machine: z.string(),
  execution: z.string(),
  input: z.record(z.string(), z.unknown()),
});

type AnyFile = Cluster | AttachFile;
type ParsedFile = ParsedCluster | ParsedAttach;

type Deps = {
  readonly clock: { now(): number };
  readonly accountId: string;
  readonly region: string;
  readonly stackHasVpc: boolean;
  /** With pools of older versions, or with wildcards, compiled to v1. */
  readonly parse: (file: unknown) => ParsedFile | Promise<ParsedFile>;
  /** Throws LeaseHeld when another run is at this cluster. */
  readonly takeLease: (cluster: string, holder: string) => Promise<number>;
  readonly storeCluster: (key: string, cluster: AnyFile) => Promise<DocumentPointer>;
};

/** No lease has this number: a run that only plans changes nothing and takes none. */
export const NO_FENCE = 0;

const PLANNING_MACHINES = ['bootstrap-cluster', 'attach-cluster'];
const ATTACHING_MACHINES = ['attach-cluster', 'detach-cluster'];

/**
 * The first state of a root execution. Its input is the cluster file as JSON, beside it `planOnly: true` when only the plan is
 * wanted. Throws InvalidClusterFile with every fault, or LeaseHeld.
 */
export async function beginRun(event: unknown, deps: Deps): Promise<{ run: Run }> {
  const { machine, execution, input } = request.parse(event);
  const { planOnly = false, ...file } = input;
  if (typeof planOnly !== 'boolean') throw invalid(['planOnly: must be true or false']);
  // The other machines have no state that ends after a plan: they would change things, and without a lease.
  if (planOnly && !PLANNING_MACHINES.includes(machine))
    throw invalid([`planOnly: ${machine} cannot only plan; start ${PLANNING_MACHINES.join(' or ')} with it`]);
  const cluster = await soundFile(machine, file, deps);
  const name = cluster.metadata.name;
  const fence = planOnly ? NO_FENCE : await deps.takeLease(name, execution);
  const keys = objectKeysOf(name, executionId(execution));
  return {
    run: {
      cluster: name,
      rootExecution: execution,
      fence,
      spec: await deps.storeCluster(keys.cluster, cluster),
      startedAt: new Date(deps.clock.now()).toISOString(),
      planOnly,
      smokeTest: isForAttach(cluster) ? false : cluster.spec.smokeTest.enabled,
      ...(cluster.spec.mode === 'adopt' ? { adopt: true } : {}),
    },
  };
}

function isForAttach(cluster: AnyFile): cluster is AttachFile {
  return cluster.spec.mode === 'attach';
}

async function soundFile(machine: string, file: unknown, deps: Deps): Promise<AnyFile> {
  const parsed = await deps.parse(file);
  if (!parsed.ok) throw invalid(parsed.faults.map(({ path, message }) => `${path || 'file'}: ${message}`));
  const { cluster } = parsed;
  const faults = [
    ...modeFaults(machine, cluster),
    ...(isForAttach(cluster) ? accountFaults(cluster, deps) : endpointFaults(cluster, deps)),
    ...(cluster.spec.region === deps.region
      ? []
      : [
          {
            path: 'spec.region',
            message: `is ${cluster.spec.region}; this deployment works in ${deps.region}: use the one in that Region`,
          },
        ]),
  ];
  if (faults.length > 0) throw invalid(faults.map(({ path, message }) => `${path}: ${message}`));
  return cluster;
}

function modeFaults(machine: string, cluster: AnyFile): Fault[] {
  const isAttaching = ATTACHING_MACHINES.includes(machine);
  if (isForAttach(cluster))
    return isAttaching
      ? []
      : [{ path: 'spec.mode', message: `is attach, which ${machine} does not do: start attach-cluster` }];
  return isAttaching ? [{ path: 'spec.mode', message: `must be attach for ${machine}, is ${cluster.spec.mode}` }] : [];
}

function accountFaults({ spec }: AttachFile, { accountId }: Deps): Fault[] {
  if (spec.accountId === undefined || spec.accountId === accountId) return [];
  const message = `is ${spec.accountId}; this deployment works in account ${accountId}: use the one in that account`;
  return [{ path: 'spec.accountId', message }];
}

function invalid(faults: readonly string[]): OpsError {
  return new OpsError(
    'InvalidClusterFile',
    `The cluster file has ${faults.length} fault(s), nothing was done:\n${faults.join('\n')}`,
    {
      details: { faults },
    },
  );
}
