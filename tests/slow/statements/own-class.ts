import type { CreatePodIdentityAssociationResponse } from '@aws-sdk/client-eks';
import type { DescribeInstanceInformationResult } from '@aws-sdk/client-ssm';
import { instancesOf } from '../../../simulator/aws/services/ec2/instances.ts';
import { iamState } from '../../../simulator/aws/services/iam/state.ts';
import { queueUrl } from '../../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../../../simulator/kubernetes/types.ts';

const NAME = 'own-role';
const CLAIMS = ['karpenter.sh/v1', 'NodeClaim', { labelSelector: `karpenter.sh/nodepool=${NAME}` }] as const;

type Options = { readonly subnetIds: readonly string[]; readonly securityGroupId: string; readonly queueName: string };

/** A class with a role in place of a profile, and its pool: Karpenter makes the instance profile. */
function manifests(account: Account, { subnetIds, securityGroupId }: Options): KubeObject[] {
  const role = Object.values(iamState(account.simulation).roles).find(({ name }) => /-NodeRole-/.test(name));
  const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: NAME };
  const requirements = [
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
  ];
  const taints = [{ key: NAME, effect: 'NoSchedule' }];
  return [
    {
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name: NAME },
      spec: {
        role: role?.name,
        amiSelectorTerms: [{ alias: 'al2023@latest' }],
        subnetSelectorTerms: subnetIds.map((id) => ({ id })),
        securityGroupSelectorTerms: [{ id: securityGroupId }],
      },
    },
    {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: NAME },
      spec: { template: { spec: { nodeClassRef, requirements, taints } }, disruption: { consolidateAfter: '30s' } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME, namespace: 'default' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: NAME } },
        template: {
          metadata: { labels: { app: NAME } },
          spec: {
            tolerations: [{ key: NAME, operator: 'Exists' }],
            nodeSelector: { 'karpenter.sh/nodepool': NAME },
            containers: [{ name: NAME, image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '1' } } }],
          },
        },
      },
    },
  ];
}

/**
 * A class with a role gets a node that people can open a session on and whose pods get credentials; the node's spot notice gets it
 * another one, and the class goes with all that it made.
 */
export async function ownClassFault(account: Account, clusterName: string, options: Options) {
  const { simulation, cloud, deployer } = account;
  const api = account.kubernetes.find(clusterName)?.as(SYSTEM_ADMIN);
  if (!api) return 'there is no cluster';
  const profilesBefore = Object.keys(iamState(simulation).profiles).length;
  const associationId = await associate(account, clusterName);
  for (const object of manifests(account, options)) api.create(object);

  const first = await until(account, () => readyClaim(api));
  if (!first) return 'a class with a role gets no node';
  const instance = await until(account, () =>
    instancesOf(simulation).find(({ tags }) => tags['karpenter.sh/nodeclaim'] === first.metadata.name && tags['Name']),
  );
  if (!instance) return "the node's instance is not tagged with its name";
  const podsFault = await workloadFault(account, api);
  if (podsFault) return podsFault;
  await simulation.sleep(60);
  const managed: DescribeInstanceInformationResult = await cloud.call(
    'SSM',
    'DescribeInstanceInformation',
    {},
    deployer,
  );
  const ids = managed.InstanceInformationList?.map(({ InstanceId }) => InstanceId);
  const unmanaged = instancesOf(simulation).find(({ state, id }) => state === 'running' && !ids?.includes(id));
  if (unmanaged) return `nobody can open a session on ${unmanaged.id}`;

  const notice = {
    version: '0',
    source: 'aws.ec2',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    time: new Date(simulation.now()).toISOString(),
    resources: [],
    detail: { 'instance-id': instance.id, 'instance-action': 'terminate' },
  };
  const QueueUrl = queueUrl({ region: 'eu-west-1', accountId: '111122223333' }, options.queueName);
  await cloud.call('SQS', 'SendMessage', { QueueUrl, MessageBody: JSON.stringify(notice) }, deployer);
  const second = await until(account, () => readyClaim(api, first.metadata.name));
  if (!second) return 'a spot notice gets the pod no other node';

  api.delete({ apiVersion: 'apps/v1', kind: 'Deployment', name: NAME, namespace: 'default' });
  api.delete({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: NAME });
  await until(account, () => api.list(...CLAIMS).length === 0 || undefined);
  const nodeClass = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', name: NAME };
  api.delete(nodeClass);
  await cloud.call('EKS', 'DeletePodIdentityAssociation', { clusterName, associationId }, deployer);
  const isGone = await until(account, () => api.get(nodeClass) === undefined || undefined);
  const left = Object.keys(iamState(simulation).profiles).length - profilesBefore;
  return isGone && left === 0 ? undefined : 'a class with a role does not go with its instance profile';
}

/** Gives the pods of the default service account a role, and waits until it counts. */
async function associate({ simulation, cloud, deployer }: Account, clusterName: string): Promise<string | undefined> {
  const role = Object.values(iamState(simulation).roles).find(({ trust }) => trust.includes('pods.eks.amazonaws.com'));
  const input = { clusterName, namespace: 'default', serviceAccount: 'default', roleArn: role?.arn };
  const made = await cloud.call('EKS', 'CreatePodIdentityAssociation', input, deployer);
  await simulation.sleep(60);
  return (made as CreatePodIdentityAssociationResponse).association?.associationId;
}

async function workloadFault(account: Account, api: KubeApi): Promise<string | undefined> {
  const pods = () => api.list('v1', 'Pod', { namespace: 'default', labelSelector: `app=${NAME}` });
  const isReady = await until(account, () => (pods().length > 0 && pods().every(isPodReady)) || undefined);
  return isReady ? undefined : `a pod with Pod Identity does not run: ${JSON.stringify(pods()[0]?.status)}`;
}

function isPodReady({ status }: KubeObject): boolean {
  const conditions = (status?.['conditions'] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

function readyClaim(api: KubeApi, notThis?: string): KubeObject | undefined {
  return api.list(...CLAIMS).find(({ metadata, status }) => {
    const conditions = (status?.['conditions'] ?? []) as { type: string; status: string }[];
    const isReady = conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    return metadata.name !== notThis && isReady && metadata.deletionTimestamp === undefined;
  });
}

/** Looks every five virtual seconds for five minutes. */
async function until<T>({ simulation }: Account, look: () => T | undefined): Promise<T | undefined> {
  for (let passed = 0; passed < 300; passed += 5) {
    const found = look();
    if (found !== undefined) return found;
    await simulation.sleep(5);
  }
  return look();
}
