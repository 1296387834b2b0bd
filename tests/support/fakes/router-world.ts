import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { newContainer } from '../../../functions/router/container.ts';
import { type RouterDeps, routeBatch } from '../../../functions/router/route-batch.ts';
import type { OutgoingMessage } from '../../../shared/aws/queues.ts';
import { namesOf } from '../../../shared/clusters/names.ts';
import type { ClusterQueue, OwnerFact } from '../../../shared/events/decision.ts';
import type { DeliveryRecord } from '../../../shared/ledger/deliveries.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const NOW = Date.parse('2026-11-21T09:14:10Z');
const HOST = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}`;
export const URGENT_URL = `${HOST}/joinery-prod-UrgentIngress-1A2B`;
export const BULK_URL = `${HOST}/joinery-prod-BulkIngress-3C4D`;
export const DEAD_LETTER_URL = `${HOST}/joinery-prod-IngressDeadLetters-5E6F`;

export function queueOf(cluster: string): ClusterQueue {
  return { cluster, accountId: ACCOUNT, region: REGION, queueUrl: `${HOST}/${namesOf(cluster).queueName}` };
}

/** Ids of instances that look like EC2's. */
export function instance(number: number): string {
  return `i-${number.toString(16).padStart(17, '0')}`;
}

type EventOptions = {
  readonly id?: string;
  readonly instanceId?: string;
  readonly at?: string;
  readonly more?: object;
};

export function aSpotWarning({ id = 'spot-1', instanceId = instance(1), at, more = {} }: EventOptions = {}): string {
  return envelope('EC2 Spot Instance Interruption Warning', id, at, {
    'instance-id': instanceId,
    'instance-action': 'terminate',
    ...more,
  });
}

export function aStateChange({ id = 'state-1', instanceId = instance(1), at, more = {} }: EventOptions = {}): string {
  const detail = { 'instance-id': instanceId, state: 'stopping', ...more };
  return envelope('EC2 Instance State-change Notification', id, at, detail);
}

function envelope(detailType: string, id: string, at = '2026-11-21T09:14:07Z', detail: object): string {
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source: 'aws.ec2',
    account: ACCOUNT,
    time: at,
    region: REGION,
    resources: [],
    detail,
  });
}

type RecordOptions = { readonly receives?: number; readonly queue?: 'urgent' | 'bulk' };

/** A batch of one ingress queue; messages are named m0, m1 and so on. */
export function batchOf(bodies: readonly string[], { receives = 1, queue = 'urgent' }: RecordOptions = {}): SQSEvent {
  const url = queue === 'urgent' ? URGENT_URL : BULK_URL;
  return {
    Records: bodies.map(
      (body, index): SQSRecord => ({
        messageId: `m${index}`,
        receiptHandle: `handle-${index}`,
        body,
        attributes: {
          ApproximateReceiveCount: String(receives),
          SentTimestamp: String(NOW - 500),
          SenderId: 'AIDA',
          ApproximateFirstReceiveTimestamp: String(NOW - 400),
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${url.slice(url.lastIndexOf('/') + 1)}`,
        awsRegion: REGION,
      }),
    ),
  };
}

export function anError(name: string): Error {
  const error = new Error(`${name} was injected`);
  error.name = name;
  return error;
}

type Message = OutgoingMessage & { readonly queueUrl: string };

/** A router over fakes: real code, no AWS. What it does is kept; what goes wrong is set by the test. */
export class RouterWorld {
  nowMs = NOW;
  clusters = ['banking', 'trading'];
  ledger: Map<string, OwnerFact> | Error = new Map();
  ec2: Map<string, OwnerFact> | Error = new Map();
  registry: Error | undefined;
  /** Queues that are listed beside those of the clusters, or why none can be. */
  listing: string[] | Error = [];
  /** Says what happens to a message that is sent: undefined when it is taken, a code when only it is not. Throws for the call. */
  onSend: (message: Message) => string | undefined = () => undefined;
  onHide: () => void = () => undefined;
  onRecord: () => void = () => undefined;

  readonly sent: Message[] = [];
  readonly hidden: { receiptHandle: string; seconds: number }[] = [];
  readonly removed: string[] = [];
  readonly records: DeliveryRecord[] = [];
  readonly lines: string[] = [];
  readonly calls: string[] = [];
  readonly saved: string[] = [];
  readonly deps: RouterDeps = this.makeDeps();

  owns(cluster: string | null, ...numbers: number[]): void {
    if (this.ledger instanceof Error) return;
    for (const number of numbers) this.ledger.set(instance(number), { cluster, launchedMs: NOW - 3_600_000 });
  }

  route(batch: SQSEvent) {
    return routeBatch(batch, this.deps);
  }

  /** Ids of the items that the answer reports. */
  async failedIn(batch: SQSEvent): Promise<string[]> {
    return (await this.route(batch)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  sentTo(cluster: string): Message[] {
    return this.sent.filter(({ queueUrl }) => queueUrl === queueOf(cluster).queueUrl);
  }

  get deadLetters(): Message[] {
    return this.sent.filter(({ queueUrl }) => queueUrl === DEAD_LETTER_URL);
  }

  /** Values of a metric over all lines, with the dimensions of each. */
  metric(name: string): { value: unknown; dimensions: Record<string, unknown> }[] {
    return this.lines.flatMap((line) => {
      const document = JSON.parse(line) as Record<string, unknown> & {
        _aws?: { CloudWatchMetrics: { Dimensions: string[][] }[] };
      };
      if (!(name in document)) return [];
      const names = document._aws?.CloudWatchMetrics[0]?.Dimensions[0] ?? [];
      const dimensions = Object.fromEntries(names.map((key) => [key, document[key]]));
      return [{ value: document[name], dimensions }];
    });
  }

  private makeDeps(): RouterDeps {
    const clock = { now: () => this.nowMs };
    const container = newContainer(clock);
    const timers: RouterDeps['timers'] = {
      sleep: async (ms) => {
        this.nowMs += ms;
      },
      within: (_ms, _doing, work) => work,
    };
    return {
      clock,
      timers,
      region: REGION,
      accountIds: new Set([ACCOUNT]),
      ingress: { urgentUrl: URGENT_URL, bulkUrl: BULK_URL },
      deadLetterUrl: DEAD_LETTER_URL,
      seen: container.seen,
      writeLine: (line) => void this.lines.push(line),
      send: async (queueUrl, messages) => {
        this.calls.push(`send ${messages.length}`);
        const faults = messages.flatMap((message, index) => {
          const code = this.onSend({ ...message, queueUrl });
          return code === undefined ? [] : [{ index, code }];
        });
        const bad = new Set(faults.map(({ index }) => index));
        this.sent.push(...messages.filter((_, index) => !bad.has(index)).map((message) => ({ ...message, queueUrl })));
        return faults;
      },
      queues: {
        hide: async (_url, messages) => {
          this.onHide();
          this.hidden.push(...messages);
        },
        remove: async (_url, handles) => {
          this.removed.push(...handles);
          return [];
        },
      },
      record: async (records) => {
        this.onRecord();
        this.records.push(...records);
      },
      owners: {
        memory: container.owners,
        breaker: container.breaker,
        timers,
        sources: {
          readLedger: async (ids) => {
            this.calls.push(`ledger ${ids.length}`);
            return picked(this.ledger, ids);
          },
          askEc2: async (ids) => {
            this.calls.push(`ec2 ${ids.length}`);
            const owners = picked(this.ec2, ids);
            return { owners, save: async () => void this.saved.push(...owners.keys()) };
          },
        },
      },
      queueList: {
        memory: container.queues,
        accountId: ACCOUNT,
        region: REGION,
        clock,
        timers,
        sources: {
          readRegistry: async () => {
            this.calls.push('registry');
            if (this.registry) throw this.registry;
            return this.clusters.map(queueOf);
          },
          listQueues: async () => {
            this.calls.push('list');
            if (this.listing instanceof Error) throw this.listing;
            return [...this.clusters.map((cluster) => queueOf(cluster).queueUrl), ...this.listing];
          },
        },
      },
    };
  }
}

function picked(source: Map<string, OwnerFact> | Error, ids: readonly string[]): Map<string, OwnerFact> {
  if (source instanceof Error) throw source;
  return new Map(ids.flatMap((id) => (source.has(id) ? [[id, source.get(id) as OwnerFact] as const] : [])));
}
