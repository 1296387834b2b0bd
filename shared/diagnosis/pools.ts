import { quantityOf } from '../instance-types/quantity.ts';
import type { Manifest } from '../kube/api.ts';
import { conditionsOf, wordsOf } from '../kube/conditions.ts';
import { adviceFor } from '../nodepools/condition-advice.ts';
import { type Cause, cause } from './cause.ts';
import { at, type Facts, wasRead } from './facts.ts';

/** The reason of a condition that is False only because others are. */
const WAITING_FOR_OTHERS = 'DependenciesNotReady';

/** What keeps NodePools and their classes from giving nodes. */
export function poolCauses(facts: Facts): Cause[] {
  if (!wasRead(facts, 'nodePools')) return [];
  if (facts.nodePools.length === 0) return [noPools()];
  return [
    ...facts.nodePools.flatMap((pool) => missingClass(facts, pool)),
    ...facts.nodeClasses.flatMap(unreadyClass),
    ...facts.nodePools.flatMap((pool) => [...unreadyPool(facts, pool), ...reachedLimits(facts, pool)]),
  ];
}

function noPools(): Cause {
  return cause({
    id: 'no-node-pools',
    about: 'nodes',
    severity: 'error',
    resource: 'NodePool',
    why: 'There is no NodePool, so Karpenter has nothing to make nodes from.',
    evidence: [],
    fix: 'Add a profile to nodePools of the cluster file and start install-karpenter.',
  });
}

function classNameOf(pool: Manifest): string {
  return String(at(pool, 'spec', 'template', 'spec', 'nodeClassRef', 'name') ?? '');
}

function missingClass(facts: Facts, pool: Manifest): Cause[] {
  const name = classNameOf(pool);
  if (!wasRead(facts, 'nodeClasses') || facts.nodeClasses.some(({ metadata }) => metadata.name === name)) return [];
  return [
    cause({
      id: 'node-class-missing',
      about: 'nodes',
      severity: 'error',
      resource: `NodePool/${pool.metadata.name}`,
      why: `It names EC2NodeClass ${name}, which does not exist.`,
      evidence: [`the classes are ${facts.nodeClasses.map(({ metadata }) => metadata.name).join(', ') || 'none'}`],
      fix: 'Correct nodeClassRef, or apply the class.',
    }),
  ];
}

function isFalse(type: string, object: Manifest): boolean {
  return conditionsOf(object).some((condition) => condition.type === type && condition.status === 'False');
}

/** One cause for each condition that is False, since each has its own remedy. */
function unreadyClass(nodeClass: Manifest): Cause[] {
  if (!isFalse('Ready', nodeClass)) return [];
  return conditionsOf(nodeClass)
    .filter(({ type, status, reason }) => type !== 'Ready' && status === 'False' && reason !== WAITING_FOR_OTHERS)
    .map((condition) =>
      cause({
        id: 'node-class-not-ready',
        about: 'nodes',
        severity: 'error',
        resource: `EC2NodeClass/${nodeClass.metadata.name}`,
        why: `${condition.type} is False: no node is made from this class.`,
        evidence: [wordsOf(condition)],
        fix: adviceFor(condition.type) ?? 'Mend what the condition says.',
        runbook: 'docs/runbooks/node-class-not-ready.md',
      }),
    );
}

/** What its class does not explain already. */
function unreadyPool(facts: Facts, pool: Manifest): Cause[] {
  const nodeClass = facts.nodeClasses.find(({ metadata }) => metadata.name === classNameOf(pool));
  const own = conditionsOf(pool).filter(({ type, status }) => type !== 'Ready' && status === 'False');
  const told = own.filter(({ type }) => type !== 'NodeClassReady' || (nodeClass && !isFalse('Ready', nodeClass)));
  return told.map((condition) =>
    cause({
      id: 'node-pool-not-ready',
      about: 'nodes',
      severity: condition.type === 'NodeRegistrationHealthy' ? 'warning' : 'error',
      resource: `NodePool/${pool.metadata.name}`,
      why: `${condition.type} is False.`,
      evidence: [wordsOf(condition)],
      fix: adviceFor(condition.type) ?? 'Mend what the condition says.',
    }),
  );
}

/** The resources of which a pool has used up what it may; those in which one more pod of the pending ones does not fit are the pods' matter. */
export function exhausted(pool: Manifest): string[] {
  const limits = (at(pool, 'spec', 'limits') ?? {}) as Readonly<Record<string, string | number>>;
  const used = (at(pool, 'status', 'resources') ?? {}) as Readonly<Record<string, string | number>>;
  return Object.entries(limits).flatMap(([resource, limit]) => {
    const most = quantityOf(limit);
    const present = quantityOf(used[resource] ?? 0);
    return most !== undefined && present !== undefined && present >= most
      ? [`${resource}: ${used[resource] ?? 0} of ${limit}`]
      : [];
  });
}

function reachedLimits(facts: Facts, pool: Manifest): Cause[] {
  const full = exhausted(pool);
  if (full.length === 0) return [];
  const isFelt = facts.pendingPods.length > 0;
  return [
    cause({
      id: 'limits-reached',
      about: 'nodes',
      severity: isFelt ? 'error' : 'warning',
      resource: `NodePool/${pool.metadata.name}`,
      why: `It has used up its limits${isFelt ? '' : ', though no pod waits for it now'}: it gives no further node.`,
      evidence: full,
      fix: 'Raise spec.limits in the cluster file if the money is meant to be spent, or give the pods another pool. See joinery nodepools lint for what the limits cost at most.',
    }),
  ];
}
