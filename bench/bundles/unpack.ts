import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { JsonMap } from '../../simulator/cloudformation/template.ts';
import { readPackage } from '../../simulator/package-output.ts';

/** One function as it is shipped. */
export type Bundle = {
  readonly logicalId: string;
  /** The key of the function in serverless.yml. */
  readonly name: string;
  readonly zipBytes: number;
  /** The unpacked zip. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly entry: string;
  /** Its environment, each value replaced by its name, and what Lambda sets. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Unpacks the zip of each function of the package into .build, once for each content. */
export function unpackBundles(root: string): Bundle[] {
  const { template } = readPackage(root);
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([logicalId, { Properties = {} }]) => unpackBundle(root, logicalId, Properties));
}

function unpackBundle(root: string, logicalId: string, properties: JsonMap): Bundle {
  const { S3Key } = properties['Code'] as { S3Key: string };
  const zipName = S3Key.slice(S3Key.lastIndexOf('/') + 1);
  const zip = readFileSync(join(root, '.serverless', zipName));
  const name = zipName.replace(/\.zip$/, '');
  const folder = join(root, '.build/bundles', name);
  const digest = createHash('sha256').update(zip).digest('hex');
  unpackOnce(zip, folder, digest);
  const { Variables = {} } = (properties['Environment'] ?? {}) as { Variables?: JsonMap };
  return {
    logicalId,
    name,
    zipBytes: zip.length,
    folder,
    entry: `${String(properties['Handler']).replace(/\.[^.]+$/, '')}.mjs`,
    environment: {
      ...Object.fromEntries(Object.keys(Variables).map((variable) => [variable, variable])),
      AWS_REGION: 'eu-west-1',
      LAMBDA_TASK_ROOT: folder,
    },
  };
}

function unpackOnce(zip: Uint8Array, folder: string, digest: string): void {
  const stamp = `${folder}.sha256`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    if (path.endsWith('/')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  writeFileSync(stamp, digest);
}
