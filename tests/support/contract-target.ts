/** Something that answers as an AWS service does: the simulated one, or an independent server on loopback. */
export type ContractTarget<Client> = {
  readonly client: Client;
  /** Waits for work to be done, in virtual time where the target has it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type ContractTargets<Client> = readonly (readonly [
  name: string,
  start: () => Promise<ContractTarget<Client>>,
])[];

/** What one call came to, in a form that two targets can be compared by. */
export async function outcomeOf(call: () => Promise<object>): Promise<object> {
  try {
    const { $metadata: _, ...output } = (await call()) as { $metadata?: unknown };
    return { output };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { Item, CancellationReasons } = error as { Item?: unknown; CancellationReasons?: unknown };
    return {
      error: error.name,
      message: error.message,
      ...(Item ? { Item } : {}),
      ...(CancellationReasons ? { CancellationReasons } : {}),
    };
  }
}

/** For clients of servers on loopback: any keys, one try. */
export function loopbackConfig(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
}
