// Writes shared/instance-types/snapshot.ts: docs/instance-types.md says how and when.
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EC2Client } from '@aws-sdk/client-ec2';
import { aboutSnapshot, instanceTypes } from '../shared/instance-types/catalogue.ts';
import { NAMES_WITHOUT_FACTS } from '../shared/instance-types/snapshot.ts';
import { fromAws } from './instance-catalogue/from-aws.ts';
import { fromReference } from './instance-catalogue/from-reference.ts';
import { type Catalogue, snapshotText } from './instance-catalogue/write.ts';

const REFERENCE = new URL('../../shared/data/', import.meta.url);
const TARGET = new URL('../shared/instance-types/snapshot.ts', import.meta.url);

const { values } = parseArgs({
  options: { 'from-aws': { type: 'boolean' }, regions: { type: 'string', default: 'us-east-1,eu-west-1' } },
});
const catalogue = values['from-aws'] ? await ofAccount(values.regions.split(',')) : ofReference();
if (catalogue === undefined) {
  process.stderr.write(
    'There is no ../shared/data beside the checkout: use --from-aws with credentials of an account.\n',
  );
  process.exitCode = 2;
} else {
  writeFileSync(TARGET, snapshotText(catalogue));
  process.stdout.write(`${catalogue.types.length} types: ${catalogue.about.types}\n`);
}

function ofReference(): Catalogue | undefined {
  return existsSync(REFERENCE) ? fromReference(REFERENCE) : undefined;
}

function ofAccount(regions: readonly string[]): Promise<Catalogue> {
  const byType = new Map<string, Readonly<Record<string, string>>>();
  for (const name of NAMES_WITHOUT_FACTS.split(' ')) byType.set(name, {});
  for (const { name, prices } of instanceTypes()) byType.set(name, prices);
  return fromAws(
    regions.map((region) => ({ region, client: new EC2Client({ region }) })),
    new Date().toISOString(),
    { about: aboutSnapshot().prices, byType },
  );
}
