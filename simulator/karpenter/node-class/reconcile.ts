import { jsonEqual } from '../../../shared/kube/schema/values.ts';
import { NotSimulatedError } from '../../aws/errors.ts';
import { ConditionSet, TRUE, type Verdict } from '../conditions.ts';
import { type Controller, isAwsError, listClaims, type Outcome } from '../controller.ts';
import { classHash } from '../hashes.ts';
import { ANNOTATIONS, CLASS_HASH_VERSION, FINALIZERS } from '../names.ts';
import { deleteTemplates } from '../node-claim/launch-template.ts';
import { classRef, isGoing, type NodeClass } from '../objects.ts';
import { tell } from '../reporting/events.ts';
import type { Finding } from './finding.ts';
import { findImages } from './images.ts';
import { deleteProfiles, ensureProfile } from './instance-profile.ts';
import { findSecurityGroups, findSubnets } from './network.ts';
import { validateLaunches } from './validation.ts';

/** In the order in which they are found out; Ready is made of them. */
const CONDITIONS = [
  'AMIsReady',
  'SubnetsReady',
  'SecurityGroupsReady',
  'InstanceProfileReady',
  'ValidationSucceeded',
  'PlacementGroupReady',
  'CapacityReservationsReady',
] as const;

const NOT_SIMULATED = ['capacityReservationSelectorTerms', 'placementGroupSelector', 'networkInterfaces', 'cpuOptions'];

type Check = {
  readonly condition: (typeof CONDITIONS)[number];
  readonly seconds: (controller: Controller, nodeClass: NodeClass) => number;
  readonly find: (controller: Controller, nodeClass: NodeClass) => Promise<Finding>;
};

/** What is pinned does not change. */
function imageSeconds({ settings }: Controller, { spec }: NodeClass): number {
  const isPinned = spec.amiSelectorTerms.every(({ id, alias }) => id !== undefined || /@v\d+$/.test(alias ?? ''));
  return isPinned ? 3600 : settings.refreshSeconds.amis;
}

const CHECKS: readonly Check[] = [
  { condition: 'AMIsReady', seconds: imageSeconds, find: findImages },
  { condition: 'SubnetsReady', seconds: ({ settings }) => settings.refreshSeconds.subnets, find: findSubnets },
  { condition: 'SecurityGroupsReady', seconds: () => 300, find: findSecurityGroups },
  { condition: 'InstanceProfileReady', seconds: () => 600, find: ensureProfile },
];
const VALIDATION_SECONDS = 600;
const RETRY_SECONDS = 60;

/** Resolves what a class selects, says in its conditions what is missing, and cleans up when it is deleted. */
export async function reconcileClass(controller: Controller, name: string): Promise<Outcome> {
  const nodeClass = controller.api.get(classRef(name)) as NodeClass | undefined;
  if (!nodeClass) return undefined;
  if (isGoing(nodeClass)) return finalize(controller, nodeClass);
  const unknown = NOT_SIMULATED.find((field) => nodeClass.spec[field] !== undefined);
  if (unknown !== undefined) throw new NotSimulatedError(`${unknown} of an EC2NodeClass`);
  const present = markOwned(controller, nodeClass);
  const failures: Error[] = [];
  const resolved = await resolve(controller, present, failures);
  await validate(controller, resolved, failures);
  const [first] = failures;
  if (first) throw first;
  return { againAfterSeconds: Math.min(controller.settings.refreshSeconds.subnets, RETRY_SECONDS) };
}

function markOwned({ api }: Controller, nodeClass: NodeClass): NodeClass {
  const { annotations = {}, finalizers = [] } = nodeClass.metadata;
  const wanted = { [ANNOTATIONS.classHash]: classHash(nodeClass), [ANNOTATIONS.classHashVersion]: CLASS_HASH_VERSION };
  const isMarked = Object.entries(wanted).every(([key, value]) => annotations[key] === value);
  if (isMarked && finalizers.includes(FINALIZERS.nodeClass)) return nodeClass;
  const metadata = { annotations: wanted, finalizers: [...new Set([...finalizers, FINALIZERS.nodeClass])] };
  return api.mergePatch(classRef(nodeClass.metadata.name), { metadata }) as NodeClass;
}

function checkKey({ metadata }: NodeClass, condition: string): string {
  return `${metadata.uid}@${metadata.generation} ${condition}`;
}

function isDue(controller: Controller, nodeClass: NodeClass, condition: string, seconds: number): boolean {
  const lastMs = controller.state().classChecks[checkKey(nodeClass, condition)];
  return lastMs === undefined || lastMs + seconds * 1000 <= controller.simulation.now();
}

function setDone(controller: Controller, nodeClass: NodeClass, condition: string): void {
  controller.state().classChecks[checkKey(nodeClass, condition)] = controller.simulation.now();
}

/** Every check that is due; one that AWS does not answer leaves its condition as it is and is made again. */
async function resolve(controller: Controller, nodeClass: NodeClass, failures: Error[]): Promise<NodeClass> {
  let present = writeStatus(controller, nodeClass, []);
  for (const { condition, seconds, find } of CHECKS) {
    const isFine = present.status?.conditions?.some(({ type, status }) => type === condition && status === 'True');
    const waitSeconds = isFine ? seconds(controller, present) : Math.min(RETRY_SECONDS, seconds(controller, present));
    if (!isDue(controller, present, condition, waitSeconds)) continue;
    try {
      const finding = await find(controller, present);
      setDone(controller, present, condition);
      const latest = controller.api.get(classRef(present.metadata.name)) as NodeClass | undefined;
      if (!latest) return present;
      present = writeStatus(controller, latest, [[condition, finding.verdict]], finding.status);
    } catch (error) {
      if (!isAwsError(error)) throw error;
      failures.push(error);
    }
  }
  return present;
}

const DEPENDENCIES = ['AMIsReady', 'SubnetsReady', 'SecurityGroupsReady', 'InstanceProfileReady'];

async function validate(controller: Controller, nodeClass: NodeClass, failures: Error[]): Promise<void> {
  const statusOf = (type: string) => nodeClass.status?.conditions?.find((condition) => condition.type === type)?.status;
  const others: [string, Verdict][] = [
    ['PlacementGroupReady', TRUE],
    ['CapacityReservationsReady', TRUE],
  ];
  const worst = DEPENDENCIES.map(statusOf).find((status) => status !== 'True');
  if (worst !== undefined) {
    const reason = 'DependenciesNotReady';
    const message = 'Awaiting AMI, Instance Profile, Security Group, and Subnet resolution';
    const status = DEPENDENCIES.some((type) => statusOf(type) === 'False') ? 'False' : 'Unknown';
    writeStatus(controller, nodeClass, [['ValidationSucceeded', { status, reason, message }], ...others]);
    return;
  }
  const isFine = statusOf('ValidationSucceeded') === 'True';
  if (!isDue(controller, nodeClass, 'ValidationSucceeded', isFine ? VALIDATION_SECONDS : RETRY_SECONDS)) {
    const reason = nodeClass.status?.conditions?.find(({ type }) => type === 'ValidationSucceeded')?.reason;
    if (reason !== 'DependenciesNotReady') return;
  }
  try {
    const verdict = await validateLaunches(controller, nodeClass);
    setDone(controller, nodeClass, 'ValidationSucceeded');
    const latest = controller.api.get(classRef(nodeClass.metadata.name)) as NodeClass | undefined;
    if (latest) writeStatus(controller, latest, [['ValidationSucceeded', verdict], ...others]);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    failures.push(error);
  }
}

function writeStatus(
  { api, simulation }: Controller,
  nodeClass: NodeClass,
  verdicts: readonly (readonly [string, Verdict])[],
  found: Partial<NonNullable<NodeClass['status']>> = {},
): NodeClass {
  const conditions = new ConditionSet(nodeClass, CONDITIONS, simulation.timestamp());
  for (const [type, verdict] of verdicts) conditions.set(type, verdict);
  const status = { ...nodeClass.status, ...found, conditions: conditions.list() };
  if (jsonEqual(status, nodeClass.status)) return nodeClass;
  return api.mergePatch(classRef(nodeClass.metadata.name), { status }, 'status') as NodeClass;
}

const IN_USE_SECONDS = 30;

/** A class goes when no claim uses it, and takes its profiles and launch templates along. */
async function finalize(controller: Controller, nodeClass: NodeClass): Promise<Outcome> {
  const { metadata } = nodeClass;
  if (!metadata.finalizers?.includes(FINALIZERS.nodeClass)) return undefined;
  const users = listClaims(controller).filter(({ spec }) => spec.nodeClassRef.name === metadata.name);
  if (users.length > 0) {
    const names = users.map((claim) => claim.metadata.name).join(', ');
    tell(controller, nodeClass, {
      type: 'Normal',
      reason: 'WaitingOnNodeClaimTermination',
      message: `Waiting on NodeClaim termination for ${names}`,
    });
    return { againAfterSeconds: IN_USE_SECONDS };
  }
  if (nodeClass.spec.role !== undefined) await deleteProfiles(controller, nodeClass);
  await deleteTemplates(controller, metadata.name);
  const latest = controller.api.get(classRef(metadata.name));
  if (!latest) return undefined;
  const finalizers = (latest.metadata.finalizers ?? []).filter((name) => name !== FINALIZERS.nodeClass);
  controller.api.mergePatch(classRef(metadata.name), { metadata: { finalizers } });
  for (const key of Object.keys(controller.state().classChecks)) {
    if (key.startsWith(`${metadata.uid}@`)) delete controller.state().classChecks[key];
  }
  return undefined;
}
