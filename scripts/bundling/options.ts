import type { BuildOptions } from 'esbuild';

/** What every bundle is made with. */
export const BUILD_OPTIONS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  // What is loaded later than the handler gets files of its own. The packager keeps a file out of other functions' zips when its name
  // begins with that of the entry.
  splitting: true,
  chunkNames: 'handler.[name]-[hash]',
  external: [
    // Ways to credentials that no Lambda takes: it has its own in the environment, and the SDK looks there first. Each would be a file
    // that splits what all share into more files, and each more takes time to load.
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
    // For operations that answer with a stream of events. No function calls one, and its checksums would load node:zlib.
    '@smithy/core/event-streams',
    // Reads the user agents of browsers.
    'bowser',
  ],
  banner: { js: "import { createRequire as __cr } from 'node:module';const require=__cr(import.meta.url);" },
} satisfies BuildOptions;
