import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Bundles } from './bundle-all.ts';

const started = new Map<string, Promise<Bundles>>();

/**
 * The bundles of the functions of a checkout. The first call starts their making, in a thread: the packager blocks its own for seconds
 * while it starts, and the bundler's plugins need one.
 */
export function bundlesOf(root: string): Promise<Bundles> {
  const running = started.get(root) ?? makeBundles(root);
  started.set(root, running);
  return running;
}

async function makeBundles(root: string): Promise<Bundles> {
  const worker = new Worker(new URL('./bundle-worker.ts', import.meta.url), { workerData: { root } });
  const [bundles] = (await once(worker, 'message')) as [Bundles];
  return bundles;
}
