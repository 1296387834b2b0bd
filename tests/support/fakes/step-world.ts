import type { Cluster } from '../../../shared/clusters/cluster-file.ts';
import { parseClusterFile } from '../../../shared/clusters/parse.ts';
import { LeaseLost } from '../../../shared/ledger/lease.ts';
import { ClusterNotRegistered, type OwnRow, ownRow } from '../../../shared/ledger/registry.ts';
import type { Run, StepResult } from '../../../shared/runs/run.ts';
import type { StepContext } from '../../../shared/runs/step-context.ts';
import type { StepInput } from '../../../shared/runs/step-input.ts';

const ACCOUNT = 'arn:aws:iam::111122223333';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:bootstrap-cluster:run-7';

/** A sound cluster file, parsed, with parts of `spec` replaced. */
export function aCluster(spec: Readonly<Record<string, unknown>> = {}, name = 'banking-prod'): Cluster {
  const parsed = parseClusterFile({
    apiVersion: 'joinery.dev/v1',
    kind: 'Cluster',
    metadata: { name },
    spec: {
      region: 'eu-west-1',
      kubernetesVersion: '1.35',
      network: { subnetIds: ['subnet-0a', 'subnet-0b'] },
      tags: { team: 'payments' },
      ...spec,
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.cluster;
}

export function aRun(overrides: Partial<Run> = {}): Run {
  return {
    cluster: 'banking-prod',
    rootExecution: EXECUTION,
    fence: 3,
    spec: { bucket: 'documents', key: 'clusters/banking-prod/runs/run-7/cluster.json', sha256: 'x' },
    startedAt: '2026-11-02T08:00:00.000Z',
    planOnly: false,
    smokeTest: true,
    ...overrides,
  };
}

export function aRegistryRow(overrides: Partial<OwnRow> = {}): OwnRow {
  const queue = 'joinery-cluster-banking-prod';
  return {
    cluster: 'banking-prod',
    accountId: '111122223333',
    region: 'eu-west-1',
    mode: 'create',
    state: 'creating',
    queue: {
      name: queue,
      url: `https://sqs.eu-west-1.amazonaws.com/111122223333/${queue}`,
      arn: `arn:aws:sqs:eu-west-1:111122223333:${queue}`,
    },
    roles: {
      cluster: `${ACCOUNT}:role/joinery/cluster`,
      controller: `${ACCOUNT}:role/joinery/controller`,
      karpenterNode: `${ACCOUNT}:role/joinery/karpenter-node`,
      bootstrapNode: `${ACCOUNT}:role/joinery/bootstrap-node`,
    },
    instanceProfile: 'joinery-banking-prod-karpenter-node',
    launchTemplate: { id: 'lt-0a', version: '1' },
    kubernetesVersion: '1.35',
    karpenterVersion: '1.14.1',
    karpenterNamespace: 'kube-system',
    ...overrides,
  };
}

/** What surrounds a step function: a clock that tests move, the ledger, the lease, and a journal of everything done, in order. */
export function aStepWorld(spec: Readonly<Record<string, unknown>> = {}) {
  const cluster = aCluster(spec);
  const run = aRun();
  const journal: string[] = [];
  const ended: StepResult[] = [];
  let nowMs = Date.parse('2026-11-02T08:00:00Z');
  let row: OwnRow | undefined = aRegistryRow();
  const clock = { now: () => nowMs };
  const deps: StepContext = {
    clock,
    fence: {
      checkFence: async () => {
        journal.push('fence');
      },
    },
    steps: {
      recordStart: async (_, step) => {
        journal.push(`start ${step}`);
      },
      recordEnd: async (_, result) => {
        journal.push(`end ${result.name}`);
        ended.push(result);
      },
    },
    loadCluster: async () => cluster,
    registered: async (of) => {
      if (!row) throw new ClusterNotRegistered(of.cluster, undefined);
      return row;
    },
    findRegistered: async () => row,
    saveRow: async (saved) => {
      const before = row;
      row = ownRow(saved);
      if (!before) return 'created';
      return JSON.stringify(before) === JSON.stringify(saved) ? 'none' : 'updated';
    },
    recordIntent: async (_, __, { resource, name }) => {
      journal.push(`intend ${resource} ${name}`);
    },
  };
  return {
    cluster,
    run,
    clock,
    journal,
    ended,
    deps,
    row: () => row,
    setRow: (next: OwnRow | undefined) => {
      row = next;
    },
    advance: (seconds: number) => {
      nowMs += seconds * 1000;
    },
  };
}

export type StepWorld = ReturnType<typeof aStepWorld>;

export function anInput(step: string, previous?: StepResult, run = aRun()): StepInput {
  return { step, run, previous };
}

/** The loop of a state machine: takes turns, waiting as long as each says, until the step is ready or expired. */
export async function drive(
  world: StepWorld,
  step: string,
  turn: (input: StepInput) => Promise<StepResult>,
  mostTurns = 1000,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  while (results.length < mostTurns) {
    const result = await turn(anInput(step, results.at(-1)));
    results.push(result);
    if (result.ready || result.expired) return results;
    world.advance(result.retryAfterSeconds);
  }
  throw new Error(`the step is not done after ${mostTurns} turns: ${results.at(-1)?.detail}`);
}

/** Fails unless the run no longer holds its lease: then nothing but the fence may be touched. */
export function withoutLease(world: StepWorld): StepContext {
  const forbidden = (name: string) => async () => {
    throw new Error(`${name} was called before the fence was checked`);
  };
  return {
    ...world.deps,
    fence: {
      checkFence: async ({ cluster, fence }) => {
        throw new LeaseLost(cluster, fence, { holder: 'another', fence: fence + 1, takenAt: 'now' });
      },
    },
    steps: { recordStart: forbidden('recordStart'), recordEnd: forbidden('recordEnd') },
    loadCluster: forbidden('loadCluster'),
    registered: forbidden('registered'),
    findRegistered: forbidden('findRegistered'),
    saveRow: forbidden('saveRow'),
    recordIntent: forbidden('recordIntent'),
  };
}
