import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { putDocument } from '../../shared/aws/documents.ts';
import { eksAccess, eksClusters, eksPodIdentity } from '../../shared/aws/eks.ts';
import { listInstancesOf } from '../../shared/aws/fleet-instances.ts';
import { foreignQueues } from '../../shared/aws/foreign-queues.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { forgetAttachment } from '../../shared/ledger/attachments.ts';
import { getRegistryRow } from '../../shared/ledger/registry.ts';
import { attachContext, clock } from '../../shared/runs/step-context.ts';

export const ATTACHMENT_VARIABLES = [
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'ACCOUNT_ID',
  'STACK_HAS_VPC',
  'QUEUE_ARN_PREFIX',
  'QUEUE_URL_PREFIX',
  'KUBERNETES_ROLE_ARN',
  'ROUTER_ROLE_ARNS',
] as const;

/** All that the steps of this function have; clients are made once for each sandbox. */
export function attachmentDeps(env: Readonly<Record<(typeof ATTACHMENT_VARIABLES)[number], string>>) {
  const documents = { s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET };
  const eks = new EKSClient({});
  const lookup = { ec2: new EC2Client({}), clock, region: env.AWS_REGION };
  const context = attachContext(env);
  return {
    ...context,
    accountId: env.ACCOUNT_ID,
    stackHasVpc: env.STACK_HAS_VPC === 'true',
    readerRoleArn: env.KUBERNETES_ROLE_ARN,
    eks: eksClusters(eks),
    access: eksAccess(eks),
    podIdentity: eksPodIdentity(eks),
    queues: foreignQueues({ sqs: new SQSClient({}), events: new EventBridgeClient({}) }),
    connect: kubeAs(env.KUBERNETES_ROLE_ARN, env, { eks }),
    findRow: (run: { readonly cluster: string }) => getRegistryRow(context.table, run.cluster),
    countInstances: async (cluster: string) => (await listInstancesOf(lookup, cluster)).size,
    storePlan: (key: string, plan: object) => putDocument(documents, key, plan),
    forgetAttachment: (cluster: string) => forgetAttachment(context.table, cluster),
    queuePlace: { arn: env.QUEUE_ARN_PREFIX, url: env.QUEUE_URL_PREFIX },
    senderArns: env.ROUTER_ROLE_ARNS.split(','),
  };
}
