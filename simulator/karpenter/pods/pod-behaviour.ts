import { roleOfArn } from '../../aws/services/iam/state.ts';
import type { PodBehaviour } from '../../kubernetes/controllers/context.ts';
import { keyOf, type Pod } from '../../kubernetes/controllers/objects.ts';
import { SYSTEM_ADMIN } from '../../kubernetes/types.ts';
import { mayCall } from '../access.ts';
import { CORE } from '../objects.ts';
import type { KarpenterOptions } from '../options.ts';
import { portsOf } from '../ports.ts';
import { environmentOf, InvalidSettingsError, type Settings, settingsOf } from '../settings.ts';
import { isKarpenterPod, serviceAccountOf } from './controller-pods.ts';

/** Both are injected into pods that are admitted while their service account has an association. */
const CREDENTIALS = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
/** The same for a service account with the annotation of IRSA. */
const WEB_IDENTITY = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

type BehaviourOptions = Pick<KarpenterOptions, 'cluster' | 'simulation' | 'accountId' | 'region' | 'ports'>;

/**
 * How the containers of a Karpenter pod fare, for the kubelet's `podBehaviour` hook; undefined for other pods. What keeps the
 * real controller from becoming ready makes its container fail here, to be tried again by the kubelet.
 */
export function karpenterPodBehaviour(pod: Pod, options: BehaviourOptions): PodBehaviour {
  if (!isKarpenterPod(pod)) return undefined;
  const why = reasonToCrash(pod, options);
  if (why !== undefined) return { crash: why };
  return { readyAfterSeconds: options.simulation.between(`karpenter:ready:${keyOf(pod)}`, 8, 22) };
}

function reasonToCrash(pod: Pod, options: BehaviourOptions): string | undefined {
  let settings: Settings;
  try {
    settings = settingsOf(pod);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.message;
    throw error;
  }
  return credentialFault(pod, settings, options) ?? definitionFault(options) ?? zonalShiftFault(pod, settings, options);
}

/** The controller asks for the cluster's shifts before anything else, and gives up when it is not told. */
function zonalShiftFault(pod: Pod, settings: Settings, options: BehaviourOptions): string | undefined {
  if (!settings.isZonalShiftEnabled) return undefined;
  if (!portsOf(options).isZonalShiftEnabled()) {
    return `panic: zonal shift is enabled, but cluster ${settings.clusterName} is not registered for it`;
  }
  const resource = clusterArn(settings, options);
  const context = { 'arc-zonal-shift:ResourceIdentifier': resource };
  const action = 'arc-zonal-shift:GetManagedResource';
  const roleArn = podRoleOf(pod, options);
  return roleArn !== undefined && mayCall(options, roleArn, { action, resource, context })
    ? undefined
    : `panic: ${roleArn} is not authorized to perform ${action} on ${resource}`;
}

function podRoleOf(pod: Pod, options: BehaviourOptions): string | undefined {
  return portsOf(options).podRole(pod.metadata.namespace ?? '', serviceAccountOf(pod), pod.spec.nodeName ?? '');
}

function clusterArn({ clusterName }: Settings, { region, accountId }: BehaviourOptions): string {
  return `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`;
}

/** Without credentials, or without the permissions of its first calls, the controller gives up at once. */
function credentialFault(pod: Pod, settings: Settings, options: BehaviourOptions): string | undefined {
  const environment = environmentOf(pod);
  const missing = CREDENTIALS.filter((name) => environment[name] === undefined);
  const hasWebIdentity = WEB_IDENTITY.every((name) => environment[name] !== undefined);
  if (missing.length > 0 && !hasWebIdentity) return `panic: no AWS credentials: ${missing.join(' and ')} not set`;
  const roleArn = podRoleOf(pod, options);
  if (roleArn === undefined || !roleOfArn(options.simulation, roleArn)) {
    return `panic: no AWS credentials: Pod Identity gives no role to ${pod.metadata.namespace}/${serviceAccountOf(pod)}`;
  }
  const first = [{ action: 'ec2:DescribeInstanceTypes', resource: '*' }];
  if (settings.clusterEndpoint === '')
    first.push({ action: 'eks:DescribeCluster', resource: clusterArn(settings, options) });
  const denied = first.find((call) => !mayCall(options, roleArn, call));
  return denied && `panic: ${roleArn} is not authorized to perform ${denied.action} on ${denied.resource}`;
}

/** The caches of a controller whose kinds are not served never fill, so it is not ready and gives up in the end. */
function definitionFault({ cluster }: BehaviourOptions): string | undefined {
  const api = cluster.as(SYSTEM_ADMIN);
  const missing = ['nodepools.karpenter.sh', 'nodeclaims.karpenter.sh', 'ec2nodeclasses.karpenter.k8s.aws'].filter(
    (name) => !api.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name }),
  );
  return missing.length > 0
    ? `not ready: no matches for kinds of ${CORE.split('/')[0]}: ${missing.join(', ')} missing`
    : undefined;
}
