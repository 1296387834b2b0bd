import { onBusActivity } from '../aws/services/eventbridge/activity.ts';
import type { Envelope } from '../aws/services/eventbridge/events/envelope.ts';
import { eventsState, lostDeliveries } from '../aws/services/eventbridge/state.ts';
import { onMessageSent } from '../aws/services/sqs/observe.ts';
import { sqsState } from '../aws/services/sqs/state.ts';
import type { Account } from '../boot/account.ts';
import type { Audit } from './audit.ts';
import type { StormCluster } from './clusters.ts';

const INGRESS_RULES = ['SpotRule', 'CapacityReservationRule', 'HealthRule', 'RebalanceRule', 'StateChangeRule'];

/** Queues of the deployment, by what they are to the audit. */
type Watched = {
  readonly ingress: readonly string[];
  readonly deadLetters: readonly string[];
  /** Queue name to cluster. */
  readonly clusters: ReadonlyMap<string, string>;
};

/**
 * Watches the bus, the queues and the router's log for the audit. Nothing of it asks the router what it thinks it did, but for the
 * reasons of what it dropped.
 */
export class Watch {
  readonly #account: Account;
  readonly #audit: Audit;
  readonly #watched: Watched;
  /** Messages of the ingress queues to events: what the log names. */
  readonly #keys = new Map<string, string>();
  /** Our own events, which prove the way and are no part of the sum. */
  readonly #canaries = new Set<string>();
  #isClosed = false;

  /** `onAccepted` hears of each event that one of the rules takes, before anything becomes of it. */
  constructor(
    account: Account,
    audit: Audit,
    clusters: readonly Pick<StormCluster, 'name' | 'queueName'>[],
    onAccepted?: (event: Envelope) => void,
  ) {
    this.#account = account;
    this.#audit = audit;
    const { stack, simulation } = account;
    const nameOf = (logicalId: string) => String(stack.resources[logicalId]?.attributes['QueueName'] ?? '');
    this.#watched = {
      ingress: [nameOf('UrgentIngress'), nameOf('BulkIngress')],
      deadLetters: [nameOf('IngressDeadLetters'), nameOf('RuleDeadLetters')],
      clusters: new Map(clusters.map(({ queueName, name }) => [queueName, name])),
    };
    const canaryRule = stack.resources['CanaryRule']?.physicalId;
    const rules = new Set(INGRESS_RULES.map((rule) => stack.resources[rule]?.physicalId ?? ''));
    onBusActivity(simulation, ({ kind, ruleName, eventId, event }) => {
      if (this.#isClosed || kind !== 'matched') return;
      if (ruleName === canaryRule) this.#canaries.add(eventId);
      if (!rules.has(ruleName)) return;
      if (event) onAccepted?.(event);
      audit.accepted(eventId);
    });
    onMessageSent(simulation, (queueName, { id, body, attributes }) => {
      const cluster = this.#watched.clusters.get(queueName);
      const isIngress = this.#watched.ingress.includes(queueName);
      const isGrave = this.#watched.deadLetters.includes(queueName);
      if (this.#isClosed || !(isIngress || isGrave || cluster !== undefined)) return;
      const key = keyOf(body);
      if (this.#canaries.has(key)) return;
      if (isIngress) {
        this.#keys.set(id, key);
        audit.accepted(key);
      }
      if (isGrave) audit.deadLettered(key, reasonIn(attributes), simulation.now());
      if (cluster === undefined) return;
      audit.arrived(key, {
        cluster,
        atMs: simulation.now(),
        decision: attributes['joinery-decision']?.StringValue ?? 'direct',
        copy: attributes['joinery-copy']?.StringValue ?? 'first',
      });
    });
  }

  /** Takes a line of a function's log. */
  line(line: string): void {
    if (!line.includes('"dropped"')) return;
    const { dropped = [], function: name } = JSON.parse(line) as { dropped?: string[][]; function?: string };
    if (name !== 'router') return;
    for (const [messageId = '', , reason = ''] of dropped) {
      const key = this.#keys.get(messageId);
      if (key !== undefined) this.#audit.dropped(key, reason, this.#account.simulation.now());
    }
  }

  /** Notes what is in dead-letter queues and what is still under way. Call it once, at the end. */
  close(): void {
    this.#isClosed = true;
    const { simulation } = this.#account;
    const { queues } = sqsState(simulation);
    const messagesOf = (names: readonly string[]) =>
      names.flatMap((name) =>
        Object.values(queues[name]?.messages ?? {}).filter(({ body }) => !this.#canaries.has(keyOf(body))),
      );
    // What SQS's own redrive brought here was sent by nobody.
    for (const { body, attributes } of messagesOf(this.#watched.deadLetters))
      this.#audit.deadLettered(keyOf(body), reasonIn(attributes), simulation.now());
    for (const { body } of messagesOf(this.#watched.ingress)) this.#audit.inFlight(keyOf(body));
    for (const { event, ruleArn } of Object.values(eventsState(simulation).deliveries))
      if (INGRESS_RULES.some((rule) => ruleArn.includes(rule))) this.#audit.inFlight(event.id);
  }

  /** Deliveries that the bus itself gave up and no dead-letter queue got. */
  lostOnTheBus(): number {
    return lostDeliveries(this.#account.simulation).length;
  }
}

function reasonIn(attributes: Readonly<Record<string, { readonly StringValue: string }>>): string {
  return attributes['joinery-reason']?.StringValue ?? attributes['ERROR_CODE']?.StringValue ?? 'redrive';
}

/** The id of the event in a message, or the text itself where there is none. */
export function keyOf(body: string): string {
  // The id comes second in an envelope; a full parse of each copy would cost more than the router does.
  const quick = /^\{"version":"0","id":"([0-9a-zA-Z-]{1,64})"/.exec(body)?.[1];
  if (quick !== undefined) return quick;
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    if (typeof id === 'string' && id !== '') return id;
  } catch {
    // Not JSON: the text names itself.
  }
  return `text:${body.slice(0, 200)}`;
}
