import * as cloudWatchSdk from '@aws-sdk/client-cloudwatch';
import * as dynamoDbSdk from '@aws-sdk/client-dynamodb';
import { type CollectDeps, type Collection, collectCluster } from '../../functions/collector/collect-cluster.ts';
import { cloudWatchSink } from '../../shared/aws/metrics-sink.ts';
import type { Manifest } from '../../shared/kube/api.ts';
import { timers } from '../../shared/lambda/timers.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { cloudWatchService } from '../../simulator/aws/services/cloudwatch/service.ts';
import { type Bucket, cloudWatchState } from '../../simulator/aws/services/cloudwatch/state.ts';
import { dynamoDb } from '../../simulator/aws/services/dynamodb/service.ts';
import { createTable } from '../../simulator/aws/services/dynamodb/tables.ts';
import { TABLE } from './dynamodb-targets.ts';
import { fakeKube } from './fakes/fake-kube.ts';
import { simulatedClient } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

export const MINUTE_MS = 60_000;

type Fault = (operation: string) => 'throttle' | 'refuse' | 'lose-answer' | undefined;

/** A cluster, a ledger and CloudWatch, with a collector that a test may kill, slow down or call twice. */
export function aCollectorWorld(options: { readonly fault?: Fault } = {}) {
  const { simulation, cloud } = startTestCloud([
    { service: dynamoDb, sdk: dynamoDbSdk },
    { service: cloudWatchService(async () => {}), sdk: cloudWatchSdk },
  ]);
  createTable(simulation, TABLE);
  const kube = fakeKube([]);
  const calls: string[] = [];
  let claims: () => readonly Manifest[] = () => [];
  /** How many calls to AWS are let through before the collector's container dies: before the next takes effect, or after. */
  let life: { calls: number; isEffective: boolean } | undefined;
  let die: () => void = () => undefined;
  const forever = () => new Promise<never>(() => undefined);

  const client = (serviceId: string) => {
    const real = simulatedClient<{ send: (command: never) => Promise<unknown> }>(cloud, serviceId);
    const send = async (command: { readonly constructor: { readonly name: string } }): Promise<unknown> => {
      const operation = command.constructor.name.replace(/Command$/, '');
      calls.push(operation);
      if (life !== undefined) {
        life.calls -= 1;
        if (life.calls < 0) {
          if (life.calls === -1 && life.isEffective) await real.send(command as never);
          die();
          return forever();
        }
      }
      const fault = options.fault?.(operation);
      if (fault === 'throttle') throw new SimulatedAwsError('Throttling', 'Rate exceeded', 400);
      if (fault === 'refuse') throw new SimulatedAwsError('AccessDenied', 'not authorized', 403);
      const answer = await real.send(command as never);
      if (fault === 'lose-answer') throw new SimulatedAwsError('ServiceUnavailable', 'the answer was lost', 503);
      return answer;
    };
    return { send } as unknown as dynamoDbSdk.DynamoDBClient & cloudWatchSdk.CloudWatchClient;
  };
  const api: typeof kube.api = {
    ...kube.api,
    each: async (kind, onItem) => {
      if (kind.kind !== 'NodeClaim') return kube.api.each(kind, onItem);
      for (const claim of claims()) onItem(claim);
    },
    read: async (name) =>
      name.kind === 'NodeClaim' ? claims().find(({ metadata }) => metadata.name === name.name) : kube.api.read(name),
  };
  const deps: CollectDeps = {
    clock: { now: () => simulation.now() },
    timers,
    table: ledgerTable({ dynamodb: client('DynamoDB'), tableName: TABLE.name, pause: async () => {} }),
    sink: cloudWatchSink(client('CloudWatch')),
    connect: async () => api,
    pricesFor: async () => () => undefined,
    reservations: async () => [],
  };
  const seriesOf = (name: string, dimensions: Readonly<Record<string, string>>) =>
    Object.values(cloudWatchState(simulation).series).find(
      (series) =>
        series.name === name && JSON.stringify(sorted(series.dimensions)) === JSON.stringify(sorted(dimensions)),
    );
  return {
    simulation,
    kube,
    api,
    calls,
    table: deps.table,
    setClaims: (source: () => readonly Manifest[]) => {
      claims = source;
    },
    collect: (overrides: Partial<CollectDeps> = {}, roundMs = simulation.now()): Promise<Collection> =>
      collectCluster(
        { cluster: 'banking', karpenterNamespace: 'kube-system', roundMs, hasBootstrapNodes: true },
        { ...deps, ...overrides },
      ),
    /** A collection whose container dies after so many calls to AWS; true where it ended before. */
    async collectKilled(after: { calls: number; isEffective: boolean }): Promise<boolean> {
      life = { ...after };
      const death = new Promise<'dead'>((resolve) => {
        die = () => resolve('dead');
      });
      const end = await simulation.runUntil(Promise.race([this.collect(), death]));
      life = undefined;
      return end !== 'dead';
    },
    seriesOf,
    /** Everything that CloudWatch has of a series, in one. */
    sum: (name: string, dimensions: Readonly<Record<string, string>>) =>
      Object.values(seriesOf(name, dimensions)?.buckets ?? {}).reduce((sum, bucket) => sum + bucket.sum, 0),
    values: (name: string, dimensions: Readonly<Record<string, string>>): number[] =>
      Object.values(seriesOf(name, dimensions)?.buckets ?? {}).flatMap(valuesOf),
    close: () => simulation.close(),
  };
}

export type CollectorWorld = ReturnType<typeof aCollectorWorld>;

function valuesOf({ values }: Bucket): number[] {
  return Object.entries(values ?? {}).flatMap(([value, count]) => Array.from({ length: count }, () => Number(value)));
}

function sorted(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(dimensions).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
