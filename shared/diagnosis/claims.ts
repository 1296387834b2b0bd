import type { Manifest } from '../kube/api.ts';
import { type Condition, conditionsOf, wordsOf } from '../kube/conditions.ts';
import { initializationAdvice } from '../nodepools/condition-advice.ts';
import { type Cause, cause } from './cause.ts';
import { ageSeconds, at, type Facts, recentEvents } from './facts.ts';

/** A launch takes seconds, a registration about 40 s, an initialization seconds more; from three times that on it is slow. */
const LAUNCH_SECONDS = 30;
const REGISTRATION_SECONDS = 150;
const INITIALIZATION_SECONDS = 90;

/** What keeps single nodes from coming: from the order of an instance to a node that takes pods. */
export function claimCauses(facts: Facts): Cause[] {
  const open = facts.nodeClaims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return [...withoutCapacity(facts), ...open.flatMap((claim) => slowClaim(facts, claim))];
}

/** Claims that found no capacity are deleted at once; their events remain. */
function withoutCapacity(facts: Facts): Cause[] {
  const events = recentEvents(facts, { kind: 'NodeClaim' }, ['InsufficientCapacityError']);
  if (events.length === 0) return [];
  const pools = [...new Set(events.map((event) => poolOfClaim(facts, event)).filter(Boolean))];
  return [
    cause({
      id: 'insufficient-capacity',
      about: 'nodes',
      severity: 'warning',
      resource: pools.length > 0 ? pools.map((pool) => `NodePool/${pool}`).join(', ') : 'NodeClaim',
      why: `EC2 had no capacity for what was asked, ${events.length === 1 ? 'once' : `${events.length} times`} in the last half hour. Karpenter leaves such an offering out for three minutes and tries others.`,
      evidence: events.map((event) => String(event['message'])),
      fix: 'Let the pool take more types, zones and sizes, and on-demand beside spot: joinery nodepools lint names pools that are too narrow.',
    }),
  ];
}

/** A claim is named after its pool, and five characters. */
function poolOfClaim(facts: Facts, event: Manifest): string {
  const name = String(at(event, 'involvedObject', 'name') ?? '').replace(/-[a-z0-9]{5}$/, '');
  return facts.nodePools.some(({ metadata }) => metadata.name === name) ? name : '';
}

function slowClaim(facts: Facts, claim: Manifest): Cause[] {
  const find = (type: string): Condition | undefined => conditionsOf(claim).find((one) => one.type === type);
  const [launched, registered, initialized] = [find('Launched'), find('Registered'), find('Initialized')];
  const resource = `NodeClaim/${claim.metadata.name}`;
  const instance = String(at(claim, 'status', 'providerID') ?? '')
    .split('/')
    .at(-1);
  if (launched?.status !== 'True') {
    const isFailed = launched !== undefined && /fail|error|denied|unauthor/i.test(wordsOf(launched));
    if (!isFailed && ageSeconds(facts, claim.metadata.creationTimestamp) < LAUNCH_SECONDS) return [];
    const words = launched ? wordsOf(launched) : 'it has no conditions yet';
    return [
      cause({
        id: 'launch-failed',
        about: 'nodes',
        severity: 'error',
        resource,
        why: 'Its instance has not been launched.',
        evidence: [words, ...eventsOf(facts, claim)],
        fix: /unauthor|denied|not authorized/i.test(words)
          ? 'The controller may not do what a launch needs: start install-karpenter again, which brings its role up to date, and decode the message with aws sts decode-authorization-message.'
          : 'Read the message: a launch template, image, subnet or quota that EC2 refuses. After five minutes Karpenter gives the claim up and tries again.',
      }),
    ];
  }
  if (registered?.status !== 'True') {
    if (ageSeconds(facts, launched.lastTransitionTime) < REGISTRATION_SECONDS) return [];
    return [
      cause({
        id: 'node-not-registered',
        about: 'nodes',
        severity: 'error',
        resource,
        why: `Its instance${instance ? ` ${instance}` : ''} runs, and no node has joined. After 15 minutes Karpenter ends it and tries again.`,
        evidence: [registered ? wordsOf(registered) : '', ...eventsOf(facts, claim)],
        fix: "The node role needs an access entry of type EC2_LINUX (or a line in aws-auth); the node's security group must reach the cluster's endpoint; the subnet needs a way to ECR, S3, EC2 and STS. The instance's console output (aws ec2 get-console-output) tells which.",
      }),
    ];
  }
  if (initialized?.status === 'True' || ageSeconds(facts, registered.lastTransitionTime) < INITIALIZATION_SECONDS) {
    return [];
  }
  const reason = initialized?.reason ?? '';
  return [
    cause({
      id: 'node-not-initialized',
      about: 'nodes',
      severity: 'error',
      resource,
      why: 'Its node has joined and is not initialized: Karpenter counts on it, and it takes no pods.',
      evidence: [initialized ? wordsOf(initialized) : '', ...eventsOf(facts, claim)],
      fix: initializationAdvice(reason) ?? 'See the conditions, taints and events of the node.',
    }),
  ];
}

function eventsOf(facts: Facts, claim: Manifest): string[] {
  return facts.events
    .filter((event) => at(event, 'involvedObject', 'name') === claim.metadata.name && event['type'] === 'Warning')
    .map((event) => `${String(event['reason'])}: ${String(event['message'])}`);
}
