import { Readable } from 'node:stream';
import { SendMessageBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { leanClient, leanSettings } from '../../../../shared/aws/lean-client.ts';

type Answer = { readonly statusCode: number; readonly body: object };

const TAKEN: Answer = { statusCode: 200, body: { Successful: [], Failed: [] } };

/** Stands where the network is, and keeps what would have gone over it. */
function aNetwork(answer: Answer = TAKEN) {
  const requests: HttpRequest[] = [];
  const requestHandler: NonNullable<SQSClientConfig['requestHandler']> = {
    async handle(request: HttpRequest) {
      requests.push(request);
      // Others get on with theirs in the meantime.
      await new Promise((resolve) => setImmediate(resolve));
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const body = Readable.from([Buffer.from(JSON.stringify(answer.body))]);
      return { response: new HttpResponse({ statusCode: answer.statusCode, headers, body }) };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  return { requests, requestHandler };
}

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'dummy' };
const aLeanClient = (requestHandler: NonNullable<SQSClientConfig['requestHandler']>) =>
  leanClient(new SQSClient({ ...leanSettings(), region: 'eu-west-1', credentials, requestHandler }));
const toQueue = (name: string) =>
  new SendMessageBatchCommand({
    QueueUrl: `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`,
    Entries: [
      { Id: '0', MessageBody: `of ${name}`, MessageAttributes: { a: { DataType: 'String', StringValue: 'é' } } },
    ],
  });
const textOf = ({ body }: HttpRequest) => new TextDecoder().decode(body as Uint8Array);

describe('a lean client', () => {
  it('asks for the same as any other client, signed, without what only counts attempts', async () => {
    const [lean, plain] = [aNetwork(), aNetwork()];
    await aLeanClient(lean.requestHandler).send(toQueue('one'));
    await new SQSClient({ region: 'eu-west-1', credentials, requestHandler: plain.requestHandler, md5: false }).send(
      toQueue('one'),
    );
    const [ours] = lean.requests;
    const [theirs] = plain.requests;
    if (!ours || !theirs) throw new Error('nothing was asked for');
    const left = Object.keys(theirs.headers).filter((name) => !(name in ours.headers));

    expect(textOf(ours)).toBe(textOf(theirs));
    expect({ ...ours, headers: {}, body: '' }).toEqual({ ...theirs, headers: {}, body: '' });
    expect(left.toSorted()).toEqual(['amz-sdk-invocation-id', 'amz-sdk-request', 'user-agent', 'x-amz-user-agent']);
    expect(ours.headers['authorization']).toMatch(
      /Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-1\/sqs\/aws4_request/,
    );
  });

  it('keeps calls apart that are under way at once', async () => {
    const { requests, requestHandler } = aNetwork();
    const client = aLeanClient(requestHandler);
    await Promise.all(['one', 'two', 'three'].map((name) => client.send(toQueue(name))));

    expect(requests.map((request) => JSON.parse(textOf(request)).QueueUrl.split('/').at(-1))).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(new Set(requests.map(({ headers }) => headers['authorization'])).size).toBe(3);
  });

  it('asks once, and throws what the service answered by its name', async () => {
    const { requests, requestHandler } = aNetwork({
      statusCode: 400,
      body: { __type: 'com.amazonaws.sqs#RequestThrottled', message: 'slow down' },
    });

    await expect(aLeanClient(requestHandler).send(toQueue('one'))).rejects.toMatchObject({ name: 'RequestThrottled' });
    expect(requests).toHaveLength(1);
  });
});
