type Signer = (...scheme: never[]) => Promise<unknown>;

/** The parts of an SDK client that are touched here. */
type Client = {
  readonly middlewareStack: { remove(name: string): boolean };
  readonly config: object;
};

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
    signer ??= makeSigner(...scheme);
    return signer;
  };
  return client;
}
