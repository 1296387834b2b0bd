import { EC2Client } from '@aws-sdk/client-ec2';
import { attachedVolumes, listInstancesOf } from '../../shared/aws/fleet-instances.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { recordInstances } from '../../shared/ledger/instance-records.ts';
import { clock, stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { seedFleet } from './seed-fleet.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const ec2 = new EC2Client({});
const context = stepContext(env);
const deps = {
  ...context,
  list: (cluster: string) => listInstancesOf({ ec2, clock, region: env.AWS_REGION }, cluster),
  volumesOf: (ids: readonly string[]) => attachedVolumes(ec2, ids),
  connect: kubeAs(env.KUBERNETES_ROLE_ARN, env),
  record: (news: Parameters<typeof recordInstances>[1]) => recordInstances({ table: context.table, clock }, news),
};

export const handler = lambdaHandler((event) => seedFleet(parseStepInput(event), deps));
