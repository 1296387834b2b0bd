import type { ServerResponse } from 'node:http';
import { KubeStatusError } from '../../types.ts';
import { statusOf } from '../errors.ts';

/** What a request is answered with. Text is sent as it is, anything else as JSON. */
export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
  readonly retryAfterSeconds?: number;
};

export function ok(body: unknown, status = 200): Reply {
  return { status, body };
}

export function errorReply(error: unknown): Reply {
  if (error instanceof KubeStatusError) {
    const retry = error.details?.['retryAfterSeconds'];
    const reply = { status: error.code, body: statusOf(error) };
    return typeof retry === 'number' ? { ...reply, retryAfterSeconds: retry } : reply;
  }
  const message = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  return { status: 500, body: statusOf(new KubeStatusError(500, 'InternalError', message)) };
}

export function send(response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string';
  const text = isText ? (reply.body as string) : `${JSON.stringify(reply.body)}\n`;
  response.statusCode = reply.status;
  response.setHeader('Content-Type', reply.contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'));
  const warnings = (reply.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`);
  if (warnings.length > 0) response.setHeader('Warning', warnings);
  if (reply.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(reply.retryAfterSeconds));
  response.end(text);
}
