import { EKSClient } from '@aws-sdk/client-eks';
import { eksNodegroups } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureBootstrapNodes } from './ensure-bootstrap-nodes.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const deps = { ...stepContext(env), nodegroups: eksNodegroups(new EKSClient({})) };

export const handler = lambdaHandler((event) => ensureBootstrapNodes(parseStepInput(event), deps));
