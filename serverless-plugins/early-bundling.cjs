'use strict';

const root = require('node:path').dirname(__dirname);
const { startBundling } = require('../scripts/bundling/bundles.ts');

// The functions are bundled while the framework still loads its plugins and checks its configuration, which takes it some seconds.
// So it is not left to a hook, nor to the constructor: no plugin is constructed before the last one is loaded.
if (process.argv.some((argument) => ['package', 'deploy'].includes(argument))) {
  startBundling(root);
}

module.exports = class EarlyBundling {};
