'use strict';

const root = require('node:path').dirname(__dirname);
const { bundlesOf } = require('../scripts/bundling/bundles.ts');
const { handOver } = require('../scripts/bundling/hand-over.ts');

/** The settings of serverless-esbuild: it finds the functions and zips what scripts/bundling makes of them. */
const settings = {
  bundle: true,
  format: 'esm',
  outputFileExtension: '.mjs',
  // Nothing watches: a context is for a second build.
  skipRebuild: true,
  plugins: [handOver(() => bundlesOf(root))],
};

module.exports = () => settings;
