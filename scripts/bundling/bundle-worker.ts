import { globSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { stop } from 'esbuild';
import { bundleAll } from './bundle-all.ts';
import { leanSdk } from './lean-sdk.ts';
import { BUILD_OPTIONS } from './options.ts';

const ENTRIES = 'functions/*/handler.ts';

// The bundler is a Go program: a larger heap takes a seventh of its time away.
process.env['GOGC'] ??= '200';

const { root } = workerData as { root: string };
const entries = globSync(ENTRIES, { cwd: root }).sort();
parentPort?.postMessage(await bundleAll(root, entries, { ...BUILD_OPTIONS, plugins: [leanSdk(root)] }));
await stop();
