import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from '@smithy/core/client';
import type { Cloud } from './cloud.ts';
import { NotSimulatedError } from './errors.ts';
import type { Caller } from './types.ts';

/** On whose behalf the code that runs now calls AWS. Set around each invocation. */
export const currentCaller = new AsyncLocalStorage<{
  readonly caller: Caller;
  readonly cloud: Cloud;
  /** True when the invocation has ended: its environment is frozen or gone, and what it still asks for gets no answer. */
  readonly isOver?: () => boolean;
}>();

type AnyClient = { readonly config: { readonly serviceId: string; readonly region?: () => Promise<string> } };
type AnyCommand = { readonly schema: readonly [number, string, string]; readonly input: object };

/** Services with endpoints in few Regions: there it matters which of them a client was made for. */
const FEW_ENDPOINTS: ReadonlySet<string> = new Set(['Pricing']);

/**
 * Takes every AWS call of this process at the SDK client's `send`: handlers run unchanged, and no request can leave. Returns
 * the function that gives the SDK back.
 */
export function interceptAwsCalls(): () => void {
  const original = Client.prototype.send;
  const send = function (this: unknown, command: unknown): Promise<object> {
    const { config } = this as AnyClient;
    const { schema, input } = command as AnyCommand;
    const surrounding = currentCaller.getStore();
    if (!surrounding) throw new NotSimulatedError(`${config.serviceId} ${schema[2]} was called outside any invocation`);
    if (surrounding.isOver?.()) return new Promise(() => undefined);
    const { cloud, caller } = surrounding;
    if (!FEW_ENDPOINTS.has(config.serviceId) || !config.region)
      return cloud.call(config.serviceId, schema[2], input, caller);
    return config
      .region()
      .then((endpointRegion) => cloud.call(config.serviceId, schema[2], input, { ...caller, endpointRegion }));
  };
  Client.prototype.send = send as typeof original;
  return () => {
    Client.prototype.send = original;
  };
}
