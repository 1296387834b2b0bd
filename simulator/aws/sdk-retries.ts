import { retryMiddleware } from '@smithy/core/retry';
import type { Gate } from '../core/gate.ts';

type Settings = Parameters<typeof retryMiddleware>[0];
type Handler = Parameters<ReturnType<typeof retryMiddleware>>[0];
type Step = (args: { readonly input: object }) => Promise<{ output: { answer: object } }>;

/** What of a client says how it tries again. */
export type RetryingClient = { readonly config: Settings };

const steps = new WeakMap<RetryingClient, Promise<(attempt: Handler) => Step>>();

/**
 * Makes a call as an SDK client does: after a failure the SDK's own middleware and the client's own strategy decide whether it is worth
 * another attempt, and when. Its delays are virtual time and its jitter is drawn from the seed, since the clock stands for both.
 */
export async function withSdkRetries(
  client: RetryingClient,
  gate: Gate,
  attempt: () => Promise<object>,
): Promise<object> {
  let failure: { readonly error: unknown } | undefined;
  try {
    return await attempt();
  } catch (error) {
    failure = { error };
  }
  // What has happened is the first attempt of the middleware, which costs nothing where nothing fails.
  const next = async () => {
    const made = failure;
    failure = undefined;
    if (made) throw made.error;
    return { response: {}, output: { $metadata: {}, answer: await attempt() } };
  };
  const { output } = await (await stepOf(client, gate))(next as Handler)({ input: {} });
  return output.answer;
}

function stepOf(client: RetryingClient, gate: Gate): Promise<(attempt: Handler) => Step> {
  let step = steps.get(client);
  if (!step) {
    // The first client to ask looks for a configuration file.
    step = gate.run(() => makeStep(client.config));
    steps.set(client, step);
  }
  return step;
}

async function makeStep(config: Settings): Promise<(attempt: Handler) => Step> {
  const [strategy, maxAttempts] = await Promise.all([config.retryStrategy(), config.maxAttempts()]);
  const middleware = retryMiddleware({ retryStrategy: async () => strategy, maxAttempts: async () => maxAttempts });
  return (attempt) => middleware(attempt, {}) as unknown as Step;
}
