import { Readable } from 'node:stream';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';

type Answer = (request: Record<string, unknown>) => object;

const QUEUES = 10;
const HOST = 'https://sqs.eu-west-1.amazonaws.com/111122223333';
export const TABLE = 'fleet';

export function clusterName(index: number): string {
  return `cluster-${index % QUEUES}`;
}

function queueUrl(index: number): string {
  return `${HOST}/joinery-cluster-${clusterName(index)}`;
}

/** The number at the end of an instance's id; the bench gives each instance's cluster by it. */
function ownerOf(pk: string, owners: number): string {
  return clusterName(Number.parseInt(pk.slice(-8), 16) % owners);
}

const registry = Array.from({ length: QUEUES }, (_, index) => ({
  pk: { S: 'REGISTRY' },
  sk: { S: clusterName(index) },
  cluster: { S: clusterName(index) },
  accountId: { S: '111122223333' },
  region: { S: 'eu-west-1' },
  queue: { M: { url: { S: queueUrl(index) } } },
}));

/** What AWS answers, as far as the router asks, in the protocol's own bytes. */
function answers(owners: number): Readonly<Record<string, Answer>> {
  return {
    'AmazonSQS.SendMessageBatch': ({ Entries }) => ({
      Successful: (Entries as { Id: string }[]).map(({ Id }) => ({
        Id,
        MessageId: '5fea7756-0ea4-451a-a703-a558b933e274',
        MD5OfMessageBody: 'fafb00f5732ab283681e124bf8747ed1',
        MD5OfMessageAttributes: '3ae8f24a165a8cedc005670c81a27295',
      })),
      Failed: [],
    }),
    'DynamoDB_20120810.BatchWriteItem': () => ({ UnprocessedItems: {} }),
    'DynamoDB_20120810.Query': () => ({ Items: registry, Count: QUEUES, ScannedCount: QUEUES }),
    'DynamoDB_20120810.BatchGetItem': ({ RequestItems }) => {
      const { Keys } = (RequestItems as Record<string, { Keys: { pk: { S: string } }[] }>)[TABLE] ?? { Keys: [] };
      const rows = Keys.map(({ pk }) => ({
        pk,
        sk: { S: 'INSTANCE' },
        cluster: { S: ownerOf(pk.S, owners) },
        launchedMs: { N: '1795000000000' },
      }));
      return { Responses: { [TABLE]: rows }, UnprocessedKeys: {} };
    },
  };
}

/**
 * Stands where the network is: below all of the SDK, which has serialised and signed each request and parses each answer. Parsing the
 * request here costs what a server would pay, so answers to the two frequent calls are made from the request's length alone.
 */
export function fakeEndpoint(owners: number) {
  const known = answers(owners);
  const calls = new Map<string, number>();
  const ready = new Map<string, Uint8Array>();
  return {
    calls,
    handler: {
      metadata: { handlerProtocol: 'http/1.1' },
      async handle(request: HttpRequest) {
        const target = request.headers['x-amz-target'] ?? '';
        calls.set(target, (calls.get(target) ?? 0) + 1);
        const answer = known[target];
        if (!answer) throw new Error(`the bench has no answer to ${target}`);
        const text = () => textOf(request.body as Uint8Array);
        const key = target.endsWith('BatchGetItem') ? '' : keyOf(target, text);
        const body = ready.get(key) ?? Buffer.from(JSON.stringify(answer(JSON.parse(text()))));
        if (key !== '') ready.set(key, body);
        const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'made-up' };
        return { response: new HttpResponse({ statusCode: 200, headers, body: Readable.from([body]) }) };
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  };
}

/** A view of the bytes: the SDK's own array makes a text of itself when it is copied. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/** Calls with one key have one answer: the number of entries decides it. */
function keyOf(target: string, text: () => string): string {
  if (!target.endsWith('SendMessageBatch')) return target;
  let entries = 0;
  const body = text();
  for (let at = body.indexOf('"MessageBody"'); at >= 0; at = body.indexOf('"MessageBody"', at + 1)) entries += 1;
  return `${target} ${entries}`;
}
