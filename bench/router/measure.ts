import { performance } from 'node:perf_hooks';
import { routeBatch } from '../../functions/router/route-batch.ts';
import { routerClients, routerDeps } from '../../functions/router/wiring.ts';
import { ACCOUNT, batch, INGRESS, REGION } from './batches.ts';
import { fakeEndpoint, TABLE } from './fake-endpoint.ts';
import { captureCalls, replay } from './floor.ts';

/** What one process measured; times are of the processor unless they say otherwise. */
export type Measured = {
  readonly events: number;
  readonly microsecondsABatch: readonly number[];
  readonly floorMicrosecondsABatch: readonly number[];
  readonly wallMs: { readonly p50: number; readonly p99: number };
  readonly callsABatch: number;
  /** Bytes in use after a collection, each tenth of the way. */
  readonly heapBytes: readonly number[];
};

const BLOCK = 200;
const WARM_UP = 1_500;

export type Load = {
  readonly owners: number;
  readonly events: number;
  /** How many instances the events are of; more than the container remembers means a read of the ledger for each batch. */
  readonly instances: number;
};

async function measure({ owners, events, instances }: Load): Promise<Measured> {
  const endpoint = fakeEndpoint(owners);
  const clients = routerClients({
    region: REGION,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'dummy' },
    requestHandler: endpoint.handler,
  });
  const deps = routerDeps(
    {
      TABLE_NAME: TABLE,
      AWS_REGION: REGION,
      ACCOUNT_ID: ACCOUNT,
      KNOWN_ACCOUNT_IDS: ACCOUNT,
      URGENT_INGRESS_URL: INGRESS,
      BULK_INGRESS_URL: `${INGRESS}-bulk`,
      DEAD_LETTER_URL: `${INGRESS}-dead`,
    },
    clients,
  );
  let logged = 0;
  const router = {
    ...deps,
    writeLine: (line: string) => {
      logged += line.length;
    },
  };
  let next = 0;
  const wall: number[] = [];
  const route = async (count: number): Promise<number> => {
    const inputs = Array.from({ length: count }, (_, index) => batch(next + index, owners, instances, Date.now()));
    next += count;
    return processorTime(count, async (index) => {
      const input = inputs[index];
      if (!input) return;
      const startedAt = performance.now();
      const { batchItemFailures } = await routeBatch(input, router);
      wall.push(performance.now() - startedAt);
      if (batchItemFailures.length > 0) throw new Error(`batch ${next}: ${JSON.stringify(batchItemFailures)}`);
    });
  };

  await route(WARM_UP);
  const captured = await captureCalls(clients, BLOCK, () => route(1));
  const floor = () => processorTime(BLOCK, (index) => replay(clients, captured[index] ?? []));
  await floor();
  wall.length = 0;
  endpoint.calls.clear();
  const blocks = Math.max(10, Math.ceil(events / 10 / BLOCK));
  const figures = { handler: [] as number[], floor: [] as number[], heap: [] as number[] };
  let calls = 0;
  for (let block = 0; block < blocks; block += 1) {
    endpoint.calls.clear();
    figures.handler.push(await route(BLOCK));
    calls = [...endpoint.calls.values()].reduce((sum, each) => sum + each, 0);
    // The floor is measured in turns with the handler, so that a busy moment strikes both alike; a long run has enough of it soon.
    if (block < 50) figures.floor.push(await floor());
    if (block % Math.floor(blocks / 10) === 0) figures.heap.push(heapInUse());
  }
  if (logged === 0) throw new Error('the router wrote no metrics');
  wall.sort((a, b) => a - b);
  return {
    events: blocks * BLOCK * 10,
    microsecondsABatch: figures.handler,
    floorMicrosecondsABatch: figures.floor,
    wallMs: { p50: wall[Math.floor(wall.length * 0.5)] ?? 0, p99: wall[Math.floor(wall.length * 0.99)] ?? 0 },
    callsABatch: calls / BLOCK,
    heapBytes: figures.heap,
  };
}

/** Microseconds of the processor for each of `count` turns, all threads of the process together. */
async function processorTime(count: number, turn: (index: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) await turn(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function heapInUse(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as Load))}\n`);
