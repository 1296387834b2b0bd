import { retryMiddleware } from '@smithy/core/retry';
import type { Gate } from '../core/gate.ts';

type Settings = Parameters<typeof retryMiddleware>[0];
type Handler = Parameters<ReturnType<typeof retryMiddleware>>[0];
type Step = (args: { readonly input: object }) => Promise<{ output: { answer: object } }>;

/** What of a client says how it tries again. */
export type RetryingClient = { readonly config: Settings };

const steps = new WeakMap<RetryingClient, Promise<(attempt: Handler) => Step>>();

/**
 * Makes a call as an SDK client does: the SDK's own middleware and the client's own strategy decide whether a failure is worth another
 * attempt, and when. Its delays are virtual time and its jitter is drawn from the seed, since the clock stands for both.
 */
export async function withSdkRetries(
  client: RetryingClient,
  gate: Gate,
  attempt: () => Promise<object>,
): Promise<object> {
  let step = steps.get(client);
  if (!step) {
    // The first client to ask looks for a configuration file.
    step = gate.run(() => stepOf(client.config));
    steps.set(client, step);
  }
  const next = async () => ({ response: {}, output: { $metadata: {}, answer: await attempt() } });
  const { output } = await (await step)(next as Handler)({ input: {} });
  return output.answer;
}

async function stepOf(config: Settings): Promise<(attempt: Handler) => Step> {
  const [strategy, maxAttempts] = await Promise.all([config.retryStrategy(), config.maxAttempts()]);
  const settings = { retryStrategy: async () => strategy, maxAttempts: async () => maxAttempts };
  const context = {};
  const middleware = retryMiddleware(settings);
  return (attempt) => middleware(attempt, context) as unknown as Step;
}
