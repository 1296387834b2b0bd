import type { EventKind } from '../../shared/events/event.ts';

/** What the ledger says of an instance; null where it does not know. */
export type InstanceFacts = {
  readonly cluster: string | null;
  readonly nodePool: string | null;
  readonly instanceType: string | null;
  readonly zone: string | null;
  readonly capacityType: string | null;
};

/** One instance that an event names. */
export type Notice = {
  readonly eventId: string;
  readonly kind: EventKind;
  /** The instance's action (terminate, stop, hibernate) where the event says one. */
  readonly subject: string | undefined;
  readonly instanceId: string;
  readonly emittedMs: number | undefined;
  readonly instance: InstanceFacts | undefined;
  /** Dollars an hour as a decimal string, when known. */
  readonly pricePerHour: string | undefined;
  /** Seconds that Karpenter had left when it was handed over; null: handed over, and the kind has no deadline; undefined: not handed over. */
  readonly leadTimeLeftSeconds: number | null | undefined;
};

/** What goes to the topic; the attributes are there for subscribers' filter policies. */
export type TopicMessage = {
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
};

const KIND_WORDS: Readonly<Record<EventKind, string>> = {
  'spot-interruption': 'Spot interruption',
  'capacity-reservation-interruption': 'Capacity reservation interruption',
  health: 'Scheduled maintenance',
  rebalance: 'Rebalance recommendation',
  'state-change': 'State change',
  canary: 'Canary',
};

/** SNS takes at most 100 ASCII characters. */
const SUBJECT_LENGTH = 100;
/** A digest names so many instances; all of them stand in the ledger. */
const NAMED = 20;

/** One notice as a message. */
export function messageOf(notice: Notice): TopicMessage {
  const { kind, subject, instanceId, instance } = notice;
  const cluster = clusterOf(notice);
  return {
    subject: subjectLine(`${KIND_WORDS[kind]} of ${instanceId} in ${cluster}`),
    text: [
      `${KIND_WORDS[kind]}${subject ? ` (${subject})` : ''} of instance ${instanceId}.`,
      '',
      `Cluster:       ${cluster}`,
      `NodePool:      ${instance?.nodePool ?? '-'}`,
      `Instance type: ${instance?.instanceType ?? '-'}`,
      `Zone:          ${instance?.zone ?? '-'}`,
      `Capacity type: ${instance?.capacityType ?? '-'}`,
      `Price:         ${notice.pricePerHour ? `$${notice.pricePerHour} an hour` : 'not known'}`,
      `Notice given:  ${timeText(notice.emittedMs)}`,
      `Handed over:   ${handOverText(notice)}`,
    ].join('\n'),
    attributes: { kind, cluster, digest: 'false' },
  };
}

/** Many notices as one message. */
export function digestOf(notices: readonly Notice[]): TopicMessage {
  const clusters = counts(notices, clusterOf);
  const instances = new Set(notices.map(({ instanceId }) => instanceId)).size;
  const undelivered = notices.filter(({ leadTimeLeftSeconds }) => leadTimeLeftSeconds === undefined);
  const leadTimes = notices
    .flatMap(({ leadTimeLeftSeconds }) => (typeof leadTimeLeftSeconds === 'number' ? [leadTimeLeftSeconds] : []))
    .toSorted((left, right) => left - right);
  const times = notices
    .flatMap(({ emittedMs }) => (emittedMs === undefined ? [] : [emittedMs]))
    .toSorted((left, right) => left - right);
  const where = clusters.length === 1 ? `in ${clusters[0]?.[0]}` : `in ${clusters.length} clusters`;
  const named = [...undelivered, ...notices.filter((notice) => !undelivered.includes(notice))].slice(0, NAMED);
  return {
    subject: subjectLine(`${notices.length} interruption notices for ${instances} instances ${where}`),
    text: [
      `${notices.length} notices for ${instances} instances, ${timeText(times[0])} to ${timeText(times.at(-1))}.`,
      ...section(
        'By kind',
        counts(notices, ({ kind }) => KIND_WORDS[kind]),
      ),
      ...section('By cluster', clusters),
      ...section(
        'By NodePool',
        counts(notices, (notice) => `${clusterOf(notice)}/${notice.instance?.nodePool ?? '-'}`),
      ),
      ...section(
        'By type and zone',
        counts(notices, ({ instance }) => `${instance?.instanceType ?? '-'} ${instance?.zone ?? '-'}`),
      ),
      '',
      leadTimes.length > 0
        ? `Seconds left at hand-over: least ${leadTimes[0]?.toFixed(1)}, median ${leadTimes[Math.floor(leadTimes.length / 2)]?.toFixed(1)}.`
        : 'Seconds left at hand-over: not known.',
      undelivered.length > 0
        ? `${undelivered.length} were not handed over when this was written: if that lasts, see the runbook router-down.`
        : 'All were handed over.',
      '',
      `${named.length === notices.length ? 'Instances' : `The first ${named.length} of ${notices.length} (the ledger has all)`}:`,
      ...named.map(
        (notice) =>
          `  ${notice.instanceId}  ${clusterOf(notice)}/${notice.instance?.nodePool ?? '-'}  ${handOverText(notice)}`,
      ),
    ].join('\n'),
    attributes: {
      kind: new Set(notices.map(({ kind }) => kind)).size === 1 ? (notices[0]?.kind ?? 'several') : 'several',
      cluster: clusters.length === 1 ? (clusters[0]?.[0] ?? 'several') : 'several',
      digest: 'true',
    },
  };
}

function clusterOf({ instance }: Notice): string {
  return instance?.cluster ?? 'no known cluster';
}

function handOverText({ leadTimeLeftSeconds }: Notice): string {
  if (leadTimeLeftSeconds === undefined) return 'not yet when this was written';
  return leadTimeLeftSeconds === null ? 'yes' : `with ${leadTimeLeftSeconds.toFixed(1)} s left`;
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? 'at an unknown time' : new Date(ms).toISOString();
}

function counts(notices: readonly Notice[], key: (notice: Notice) => string): [string, number][] {
  const groups = Map.groupBy(notices, key);
  return [...groups]
    .map(([name, members]) => [name, members.length] as [string, number])
    .toSorted((a, b) => b[1] - a[1]);
}

function section(title: string, rows: readonly [string, number][]): string[] {
  return ['', `${title}:`, ...rows.slice(0, NAMED).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)];
}

function subjectLine(text: string): string {
  const line = `Joinery: ${text}`.replace(/[^\x20-\x7e]/g, '?');
  return line.length <= SUBJECT_LENGTH ? line : `${line.slice(0, SUBJECT_LENGTH - 3)}...`;
}
