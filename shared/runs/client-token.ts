import { createHash } from 'node:crypto';

/** The same request made again by the same run, after a crash or a retry, is recognised by AWS as the same. */
export function clientToken(rootExecution: string, step: string): string {
  return createHash('sha256').update(`${rootExecution}/${step}`).digest('hex').slice(0, 32);
}
