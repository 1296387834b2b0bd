// `npm run check:adoption [-- --update]`: every cluster of others, one after the other, each with one defect too: what is seen of it is
// what tests/fixtures/adoption has (--update writes it, biome formats it), adopting it ends as it should, and what Joinery did not make is unchanged
// except for what was consented to; and the adoption of a sound one, killed at every state, converges to the same end. Slow (minutes).
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inspectCluster } from '../../shared/adoption/inspect.ts';
import { OTHERS_CLUSTERS } from '../../simulator/others/clusters.ts';
import { DEFECTS, defectiveCluster } from '../../simulator/others/defects.ts';
import type { OthersCluster } from '../../simulator/others/description.ts';
import { factsOfOthers } from '../../simulator/others/inspect.ts';
import { seedOthers } from '../../simulator/others/seed.ts';
import { adopt, anAdoption } from '../support/adopting.ts';
import { FACTS_FILE, storedFacts } from '../support/adoption-facts.ts';
import { killSweepOf } from '../support/adoption-kills.ts';
import { changesSince, worldSnapshot } from '../support/others-snapshot.ts';
import { anAccount, SUBNETS } from '../support/simulated-run.ts';

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const faults: string[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);

const clusters: [string, OthersCluster][] = [
  ...Object.entries(OTHERS_CLUSTERS).map(([name, make]): [string, OthersCluster] => [name, make()]),
  ...Object.keys(DEFECTS).map((name): [string, OthersCluster] => [name, defectiveCluster(name)]),
];

const seen: Record<string, unknown> = {};
for (const [name, cluster] of clusters) {
  const facts = await factsOfOthers(root, cluster);
  seen[name] = facts;
  const defects = inspectCluster(facts).flatMap(({ defect }) => defect ?? []);
  if (Object.hasOwn(DEFECTS, name) && !defects.includes(name))
    faults.push(`${name} is not found: ${defects.join(', ')}`);
}
if (values.update) {
  mkdirSync(new URL('.', FACTS_FILE), { recursive: true });
  writeFileSync(FACTS_FILE, `${JSON.stringify(seen)}\n`);
} else if (JSON.stringify(seen) !== JSON.stringify(storedFacts())) {
  faults.push(
    'what is seen of the clusters is not what tests/fixtures/adoption has: run it with --update and look at the difference',
  );
}
say(`${clusters.length} clusters seen`);

/** Paths that consents allow to change, of the cluster of that name. */
const ALLOWED = [/^cluster\/[^/]+$/, /^cluster\/[^/]+\/tags$/, /^security-group\//, /^subnet\//];

for (const [name, cluster] of clusters) {
  const account = await anAccount();
  try {
    await account.simulation.runUntil(seedOthers(account, [cluster], SUBNETS));
    const before = worldSnapshot(account);
    const { ended } = await adopt(account, anAdoption(cluster.name));
    const isSound = cluster.karpenter === null && !cluster.autoMode;
    const changes = changesSince(before, account).map(({ path }) => path);
    if ((ended.status === 'SUCCEEDED') !== isSound) faults.push(`${name}: ${ended.status}: ${ended.cause}`);
    const wrong = changes.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)));
    if (wrong.length > 0) faults.push(`${name}: changed ${wrong.join(', ')}`);
    const isUnseen = cluster.authenticationMode === 'CONFIG_MAP';
    if (!isSound && changes.length > (isUnseen ? 1 : 0))
      faults.push(`${name}: refused, and changed ${changes.join(', ')}`);
    if (ended.status === 'SUCCEEDED') {
      // What is so needs no consent, and is not changed again.
      const once = worldSnapshot(account);
      const again = await adopt(account, anAdoption(cluster.name, []));
      const twice = changesSince(once, account).map(({ path }) => path);
      if (again.ended.status !== 'SUCCEEDED' || twice.length > 0)
        faults.push(`${name} again: ${again.ended.status} ${again.ended.cause ?? ''}: ${twice.join(', ')}`);
    }
    say(`${name}: ${ended.status} ${ended.error ?? ''}`);
  } finally {
    await account.close();
  }
}

const kills = await killSweepOf('eksctl-plain');
faults.push(...kills.faults);
say(`${kills.points - kills.faults.length} of ${kills.points} kill points converge to the same end`);
for (const fault of faults) say(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
