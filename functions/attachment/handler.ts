import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureQueue } from './ensure-queue.ts';
import { forget, giveQueueBack, planDetachment } from './give-back.ts';
import { planAttachment } from './plan-attachment.ts';
import { ATTACHMENT_VARIABLES, attachmentDeps } from './wiring.ts';

const deps = attachmentDeps(readEnv(ATTACHMENT_VARIABLES));
const actions = {
  plan: planAttachment,
  queue: ensureQueue,
  'plan-detach': planDetachment,
  'give-back': giveQueueBack,
  forget,
};
const names = Object.keys(actions) as (keyof typeof actions)[];

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, names);
  return actions[action](input, deps);
});
