import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clusterObserver } from '../../shared/aws/cluster-observer.ts';
import { putDocument } from '../../shared/aws/documents.ts';
import { eksAccess, eksClusters } from '../../shared/aws/eks.ts';
import { eksHandover } from '../../shared/aws/eks-handover.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { clock, stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureAdoption } from './ensure-adoption.ts';
import { lookAtCluster } from './look-at-cluster.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'ACCOUNT_ID',
  'KUBERNETES_INSTALLER_ROLE_ARN',
  'KUBERNETES_READER_ROLE_ARN',
]);
const eks = new EKSClient({});
const documents = { s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET };
const clients = {
  eks,
  ec2: new EC2Client({}),
  iam: new IAMClient({}),
  sqs: new SQSClient({}),
  events: new EventBridgeClient({}),
};
const deps = {
  ...stepContext(env),
  observer: clusterObserver(clients, { clock, accountId: env.ACCOUNT_ID, region: env.AWS_REGION }),
  eks: eksClusters(eks),
  handover: eksHandover(eks),
  access: eksAccess(eks),
  installerRoleArn: env.KUBERNETES_INSTALLER_ROLE_ARN,
  connectInstaller: kubeAs(env.KUBERNETES_INSTALLER_ROLE_ARN, env, { eks }),
  connectReader: kubeAs(env.KUBERNETES_READER_ROLE_ARN, env, { eks }),
  storeFacts: (key: string, facts: object) => putDocument(documents, key, facts),
};
const actions = { look: lookAtCluster, adopt: ensureAdoption };

export const handler = lambdaHandler<unknown>((event) => {
  const { action, input } = parseActionInput(event, ['look', 'adopt']);
  return actions[action](input, deps);
});
