import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import { getDocument, putDocument } from '../../shared/aws/documents.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { chartSet } from '../../shared/helm/chart-set.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { accountReader } from './account-reader.ts';
import { preflight } from './preflight.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'LAMBDA_TASK_ROOT',
  'ACCOUNT_ID',
  'STACK_HAS_VPC',
  'KUBERNETES_INSTALLER_ROLE_ARN',
  'KUBERNETES_OPERATOR_ROLE_ARN',
  'KUBERNETES_READER_ROLE_ARN',
]);
const documents = { s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET };
const clients = {
  cloudFormation: new CloudFormationClient({}),
  ec2: new EC2Client({}),
  eks: new EKSClient({}),
  iam: new IAMClient({}),
  kms: new KMSClient({}),
  quotas: new ServiceQuotasClient({}),
};
const account = accountReader(clients, {
  accountId: env.ACCOUNT_ID,
  stackHasVpc: env.STACK_HAS_VPC === 'true',
  chartVersion: chartSet(env.LAMBDA_TASK_ROOT).version,
  roles: {
    installer: env.KUBERNETES_INSTALLER_ROLE_ARN,
    operator: env.KUBERNETES_OPERATOR_ROLE_ARN,
    reader: env.KUBERNETES_READER_ROLE_ARN,
  },
});
const storePlan = (key: string, plan: object) => putDocument(documents, key, plan);
// What the state before has seen; its hash proves that it is the same.
const loadFacts = async (pointer: DocumentPointer) => (await getDocument(documents.s3, pointer)) as ClusterFacts;
const deps = { ...stepContext(env), account, storePlan, loadFacts };

export const handler = lambdaHandler((event) => preflight(parseStepInput(event), deps));
