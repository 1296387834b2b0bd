import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { fastSha256 } from './fast-sha256.ts';

type Signer = (...scheme: never[]) => Promise<unknown>;

/** The parts of an SDK client that are touched here. */
type Client = {
  readonly middlewareStack: {
    remove(name: string): boolean;
    use(plugin: ReturnType<typeof getSchemaSerdePlugin>): void;
  };
  config: object;
};

/**
 * Settings of a client whose caller makes its attempts itself. A strategy that only calls spares each call the tokens and headers of
 * attempts that never come; a stack of middlewares that was put together once is kept for each kind of command.
 */
export function leanSettings() {
  return {
    maxAttempts: 1,
    retryStrategy: { retry: callOnce },
    cacheMiddleware: true,
    sha256: fastSha256(),
  };
}

/** Its type is that of any strategy's `retry`. */
const callOnce = <Arguments, Output>(next: (args: Arguments) => Promise<Output>, args: Arguments): Promise<Output> =>
  next(args);

/** Middlewares that do nothing for the call itself. */
const SUPERFLUOUS = [
  // Copies each input and each output for a log that nobody reads.
  'loggerMiddleware',
  'getUserAgentMiddleware',
];

/**
 * A client that does less beside the call, for functions that make a call for each event: nothing is copied for a log, and one signer
 * serves all calls instead of one each, since they go to one service in one Region.
 */
export function leanClient<C extends Client>(client: C): C {
  for (const name of SUPERFLUOUS) client.middlewareStack.remove(name);
  const config = client.config as { signer: Signer };
  const makeSigner = config.signer;
  let signer: Promise<unknown> | undefined;
  config.signer = (...scheme) => {
    signer ??= makeSigner(...scheme).catch((error: unknown) => {
      signer = undefined;
      throw error;
    });
    return signer;
  };
  // Each call copies the settings several times. This object has grown name by name, and such a one is copied a hundred times slower
  // than one that was made as a whole. The serialising middleware was given the first one when the client was made.
  client.config = { ...client.config };
  client.middlewareStack.use(getSchemaSerdePlugin(client.config as Parameters<typeof getSchemaSerdePlugin>[0]));
  return client;
}
