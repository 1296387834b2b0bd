import { AsyncLocalStorage } from 'node:async_hooks';
import { devNull } from 'node:os';
import { Client } from '@smithy/core/client';
import type { Cloud } from './cloud.ts';
import { NotSimulatedError } from './errors.ts';
import { type RetryingClient, withSdkRetries } from './sdk-retries.ts';
import type { Caller } from './types.ts';

/** On whose behalf the code that runs now calls AWS. Set around each invocation. */
export const currentCaller = new AsyncLocalStorage<{
  readonly caller: Caller;
  readonly cloud: Cloud;
  /** True when the invocation has ended: its environment is frozen or gone, and what it still asks for gets no answer. */
  readonly isOver?: () => boolean;
}>();

type AnyClient = RetryingClient & {
  readonly config: { readonly serviceId: string; readonly region?: () => Promise<string> };
};
type AnyCommand = { readonly schema: readonly [number, string, string]; readonly input: object };

/** Services with endpoints in few Regions: there it matters which of them a client was made for. */
const FEW_ENDPOINTS: ReadonlySet<string> = new Set(['Pricing']);

/** What a person has set on this machine for the SDK, of which a Lambda knows nothing. */
const NO_SETTINGS_OF_THIS_MACHINE = {
  AWS_CONFIG_FILE: devNull,
  AWS_MAX_ATTEMPTS: undefined,
  AWS_RETRY_MODE: undefined,
};

/**
 * Takes every AWS call of this process at the SDK client's `send`: handlers run unchanged, and no request can leave. A call that
 * fails is tried again as that client would. Returns the function that gives the SDK back.
 */
export function interceptAwsCalls(): () => void {
  const original = Client.prototype.send;
  const giveEnvironmentBack = changeEnvironment(NO_SETTINGS_OF_THIS_MACHINE);
  const send = function (this: unknown, command: unknown): Promise<object> {
    const client = this as AnyClient;
    const { serviceId, region } = client.config;
    const { schema, input } = command as AnyCommand;
    const surrounding = currentCaller.getStore();
    if (!surrounding) throw new NotSimulatedError(`${serviceId} ${schema[2]} was called outside any invocation`);
    const { cloud, caller, isOver } = surrounding;
    const attempt = async (): Promise<object> => {
      if (isOver?.()) return new Promise(() => undefined);
      const from = region && FEW_ENDPOINTS.has(serviceId) ? { ...caller, endpointRegion: await region() } : caller;
      return cloud.call(serviceId, schema[2], input, from);
    };
    return withSdkRetries(client, cloud.gate, attempt);
  };
  Client.prototype.send = send as typeof original;
  return () => {
    Client.prototype.send = original;
    giveEnvironmentBack();
  };
}

function changeEnvironment(changes: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(changes)) set(name, value);
  return () => {
    for (const [name, value] of before) set(name, value);
  };
}
