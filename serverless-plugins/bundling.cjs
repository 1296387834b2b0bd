'use strict';

const root = require('node:path').dirname(__dirname);
const { leanSdk } = require('../scripts/bundling/lean-sdk.ts');
const { bundleTogether } = require('../scripts/bundling/bundle-together.ts');

// The bundler is a Go program: a larger heap takes a quarter of its time away.
process.env.GOGC ??= '400';

/** The bundler's plugins, which serverless-esbuild asks for by the name of this file. */
module.exports = ({ service, processedInput }) => {
  const wanted = processedInput.options.function;
  const entries = Object.entries(service.functions)
    .filter(([name]) => wanted === undefined || name === wanted)
    .map(([, { handler }]) => handler.replace(/\.\w+$/, '.ts'));
  return [bundleTogether({ root, entries: [...new Set(entries)], plugins: [leanSdk(root)] })];
};
