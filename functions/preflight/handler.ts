import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { putDocument } from '../../shared/aws/documents.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { chartSet } from '../../shared/helm/chart-set.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { accountReader } from './account-reader.ts';
import { preflight } from './preflight.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'LAMBDA_TASK_ROOT',
  'ACCOUNT_ID',
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
  chartVersion: chartSet(env.LAMBDA_TASK_ROOT).version,
  roles: {
    installer: env.KUBERNETES_INSTALLER_ROLE_ARN,
    operator: env.KUBERNETES_OPERATOR_ROLE_ARN,
    reader: env.KUBERNETES_READER_ROLE_ARN,
  },
});
const storePlan = (key: string, plan: object) => putDocument(documents, key, plan);
const deps = { ...stepContext(env), account, storePlan };

export const handler = lambdaHandler((event) => preflight(parseStepInput(event), deps));
