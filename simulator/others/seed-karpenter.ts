import { eksImages } from '../aws/services/ec2/images.ts';
import type { Account } from '../boot/account.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import type { OthersCluster, OthersKarpenter } from './description.ts';
import { controllerObjects, definition } from './karpenter-objects.ts';

/** Queue, rules, credentials, launch templates and stray machines: the account's side of a Karpenter. */
export async function seedKarpenterAccount(
  account: Account,
  cluster: OthersCluster,
  subnetIds: readonly string[],
): Promise<void> {
  const { cloud, deployer } = account;
  const { accountId, region } = cloud.context(deployer);
  const call = (service: string, operation: string, input: object) => cloud.call(service, operation, input, deployer);
  const { karpenter } = cluster;
  if (karpenter) await seedCredentials(account, cluster, karpenter);
  const queueArn = `arn:aws:sqs:${region}:${accountId}:${karpenter?.queue?.name}`;
  if (karpenter?.queue) {
    const { name: QueueName, isEncrypted, deniesPlainTransport } = karpenter.queue;
    const allow = {
      Effect: 'Allow',
      Principal: { Service: ['events.amazonaws.com', 'sqs.amazonaws.com'] },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
    };
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Resource: queueArn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const Statement = deniesPlainTransport ? [allow, deny] : [allow];
    await call('SQS', 'CreateQueue', {
      QueueName,
      Attributes: {
        MessageRetentionPeriod: '300',
        SqsManagedSseEnabled: String(isEncrypted),
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      },
    });
    for (const { name: Name, source, detailType } of karpenter.rules) {
      await call('EventBridge', 'PutRule', {
        Name,
        EventPattern: JSON.stringify({ source: [source], 'detail-type': [detailType] }),
      });
      await call('EventBridge', 'PutTargets', { Rule: Name, Targets: [{ Id: 'KarpenterQueue', Arn: queueArn }] });
    }
  }
  for (const { name: LaunchTemplateName, tags } of cluster.launchTemplates) {
    await call('EC2', 'CreateLaunchTemplate', {
      LaunchTemplateName,
      LaunchTemplateData: { InstanceType: 'm5.large' },
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(tags) }],
    });
  }
  for (let count = 0; count < cluster.strayMachines; count += 1) {
    const image = eksImages(region, account.simulation.now()).find(({ architecture }) => architecture === 'x86_64');
    await call('EC2', 'RunInstances', {
      ImageId: image?.id,
      InstanceType: 'm5.large',
      SubnetId: subnetIds[0],
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: tagList({ [`kubernetes.io/cluster/${cluster.name}`]: 'owned', 'karpenter.sh/nodepool': 'default' }),
        },
      ],
    });
  }
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function seedCredentials(
  { cloud, deployer }: Account,
  { name: clusterName }: OthersCluster,
  karpenter: OthersKarpenter,
): Promise<void> {
  const { accountId } = cloud.context(deployer);
  const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const { namespace, serviceAccount, controllerRole, credentials } = karpenter;
  if (credentials === 'pod-identity' && karpenter.hasController && controllerRole.exists) {
    const association = { clusterName, namespace, serviceAccount, roleArn: roleArn(controllerRole.name) };
    await cloud.call('EKS', 'CreatePodIdentityAssociation', association, deployer);
  }
  if (karpenter.hasNodeAccessEntry) {
    const entry = { clusterName, principalArn: roleArn(karpenter.nodeRoleName), type: 'EC2_LINUX' };
    const exists = /already in use|already exists/;
    await cloud.call('EKS', 'CreateAccessEntry', entry, deployer).catch((error: unknown) => {
      // The role of a node group has its entry from EKS.
      if (!exists.test(String(error))) throw error;
    });
  }
}

/** What the tool has put into the cluster, under its own field managers. */
export function seedKubernetes({ kubernetes, cloud, deployer }: Account, cluster: OthersCluster): void {
  const api = kubernetes.find(cluster.name)?.as(SYSTEM_ADMIN);
  if (!api) throw new Error(`${cluster.name} has no Kubernetes`);
  for (const object of cluster.objects) ensure(api, object);
  const { karpenter } = cluster;
  if (!karpenter) return;
  const { accountId } = cloud.context(deployer);
  for (const name of karpenter.definitions) {
    const made = ensure(api, definition(name));
    if (!karpenter.oldStoredVersion) continue;
    const { resourceVersion: _, ...metadata } = made.metadata;
    const storedVersions = [karpenter.oldStoredVersion, 'v1'];
    api.updateStatus({ ...made, metadata, status: { ...made.status, storedVersions } });
  }
  for (const object of controllerObjects(cluster.name, karpenter, accountId)) ensure(api, object);
  for (const object of karpenter.manifests) api.apply(object, { fieldManager: 'kubectl-client-side-apply' });
  if (!karpenter.isBeingDeleted) return;
  for (const { apiVersion, kind, metadata } of karpenter.manifests)
    api.delete({ apiVersion, kind, name: metadata.name });
}

function ensure(api: KubeApi, object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const found = api.get({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) });
  return found ?? api.create(structuredClone(object));
}
