import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { ensureStep } from '../../shared/runs/ensure-step.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const deps = stepContext(env);
export const handler = lambdaHandler((event) =>
  ensureStep(parseStepInput(event), { plannedSeconds: 1, timeoutSeconds: 60 }, deps, async () => ({
    ready: true,
    detail: 'ok',
    change: 'none',
  })),
);
