import { decisiveCode, type EndedBy, type EndReason, isLaunchFailure, type Notice, whyEnded } from './end-reason.ts';
import type { Evidence, InstanceIdentity, Volume } from './evidence.ts';
import { earliestEnd, earliestStart, type InstanceRun, isFromEvent, runsOf } from './transitions.ts';

/** An instance as the fleet file has it, and each of its runs: a stopped instance may start again. */
export type InstanceRecord = InstanceIdentity & {
  readonly instanceId: string;
  readonly nodeClaim: string | null;
  /** When it was first running. */
  readonly launchedAt: string;
  /** When the last run ended; null: it runs. */
  readonly endedAt: string | null;
  readonly noticeAt: string | null;
  readonly endReason: EndReason | null;
  readonly endedBy: EndedBy | null;
  /** EC2's StateReason code. */
  readonly stateReason: string | null;
  readonly source: 'event' | 'reconciled';
  readonly registeredAt: string | null;
  readonly readyAt: string | null;
  readonly volumes: readonly Volume[];
  readonly publicIpv4Count: number;
  readonly requested: Requested;
  readonly allocatable: Allocatable | null;
  /** None: it never came up. */
  readonly runs: readonly InstanceRun[];
};

export type Requested = {
  readonly cpuSeconds: string;
  readonly memoryGiBSeconds: string;
  readonly coveredSeconds: number;
};
export type Allocatable = { readonly cpu: string; readonly memoryGiB: string };

/** What others than EC2 tell of an instance; they write it beside the evidence. */
export type Annotations = {
  readonly notice: Notice | null;
  readonly registeredAt: string | null;
  readonly readyAt: string | null;
  readonly requested: Requested | null;
  readonly allocatable: Allocatable | null;
};

export const NO_ANNOTATIONS: Annotations = {
  notice: null,
  registeredAt: null,
  readyAt: null,
  requested: null,
  allocatable: null,
};

const NOTHING_REQUESTED: Requested = { cpuSeconds: '0', memoryGiBSeconds: '0', coveredSeconds: 0 };

/** When an instance ran. `launchedAt` is undefined where only an end was seen, and no facts. */
export type Life = {
  readonly launchedAt: string | undefined;
  readonly endedAt: string | null;
  readonly runs: readonly InstanceRun[];
};

export function lifeOf({ transitions, seenRunningAt, reasons }: Evidence): Life {
  const start = earliestStart(transitions);
  const wasUp = seenRunningAt !== null || transitions.some(({ kind }) => kind === 'running');
  const failed = !wasUp && reasons.some(({ code }) => isLaunchFailure(code));
  const runs = failed ? [] : runsOf(transitions, seenRunningAt);
  const last = runs.at(-1);
  return {
    launchedAt: runs[0]?.startedAt ?? start,
    endedAt: last ? last.endedAt : (earliestEnd(transitions) ?? null),
    runs,
  };
}

/** Undefined where nobody knows whose it is, or it is nobody's. */
export function recordOf(
  instanceId: string,
  evidence: Evidence,
  annotations: Annotations = NO_ANNOTATIONS,
): InstanceRecord | undefined {
  const life = lifeOf(evidence);
  if (!evidence.identity || life.launchedAt === undefined) return undefined;
  const { notice, requested, ...measured } = annotations;
  return {
    instanceId,
    ...evidence.identity.value,
    nodeClaim: evidence.nodeClaim?.value ?? null,
    launchedAt: life.launchedAt,
    endedAt: life.endedAt,
    noticeAt: notice?.at ?? null,
    ...endOf(evidence, life, notice),
    source: evidence.transitions.some(isFromEvent) ? 'event' : 'reconciled',
    ...measured,
    volumes: evidence.volumes?.value ?? [],
    publicIpv4Count: evidence.publicIpv4Count?.value ?? 0,
    requested: requested ?? NOTHING_REQUESTED,
    runs: life.runs,
  };
}

function endOf({ identity, reasons }: Evidence, { endedAt, runs }: Life, notice: Notice | null) {
  if (endedAt === null || !identity) return { endReason: null, endedBy: null, stateReason: null };
  // A reason of an earlier run says nothing of the last.
  const before = runs.at(-2)?.endedAt ?? '';
  const ofLastRun = reasons.filter(({ launchedAt }) => launchedAt >= before);
  const code = decisiveCode(ofLastRun.map((reason) => reason.code));
  return {
    ...whyEnded({ endedAt, code, hasRun: runs.length > 0, role: identity.value.role, notice }),
    stateReason: code,
  };
}
