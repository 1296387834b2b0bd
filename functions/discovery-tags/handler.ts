import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { eksClusters } from '../../shared/aws/eks.ts';
import { networkTags } from '../../shared/aws/networks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureDiscoveryTags } from './ensure-discovery-tags.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const deps = { ...stepContext(env), network: networkTags(new EC2Client({})), eks: eksClusters(new EKSClient({})) };

export const handler = lambdaHandler((event) => ensureDiscoveryTags(parseStepInput(event), deps));
