import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Bundles } from './bundle-all.ts';

type Making = { readonly worker: Worker; readonly bundles: Promise<Bundles> };

const makings = new Map<string, Making>();

/**
 * Starts to bundle the functions of a checkout, in a thread: the packager blocks its own for seconds while it starts, and the bundler's
 * plugins need one. The process does not wait for it: a command that fails, or needs no bundles, ends without them.
 */
export function startBundling(root: string): Making {
  const making = makings.get(root) ?? makeBundles(root);
  makings.set(root, making);
  return making;
}

/** The bundles of the functions of a checkout, once they are made. Rejects with what the bundler throws. */
export function bundlesOf(root: string): Promise<Bundles> {
  const { worker, bundles } = startBundling(root);
  worker.ref();
  return bundles;
}

function makeBundles(root: string): Making {
  const worker = new Worker(new URL('./bundle-worker.ts', import.meta.url), { workerData: { root } });
  const bundles = once(worker, 'message').then(([made]) => made as Bundles);
  // After the listener, which would hold the process again.
  worker.unref();
  // Whoever takes the bundles hears of a failure; nobody else need.
  bundles.catch(() => undefined);
  return { worker, bundles };
}
