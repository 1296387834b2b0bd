import { buildApp } from 'fauxqs';

/** The independent server for SQS and S3, on loopback only. (Its own start function would bind every interface.) */
export async function startFauxqsOnLoopback(): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const app = buildApp({ logger: false, host: '127.0.0.1' });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    endpoint,
    close: async () => {
      await app.close();
    },
  };
}
