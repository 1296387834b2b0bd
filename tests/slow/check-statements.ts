// `npm run check:statements [-- --part 1/2] [--only NAME] [--resume FILE]`: takes each statement out of each role, one at a time, and sees whether
// a scenario fails: those of the deployment template, and those of the template from which each cluster's stack is made. A
// statement whose absence nobody notices is a survivor: either it is not needed, or no scenario shows what for.
// Most are settled by playing one scenario again from a kept world. Slow (the better part of an hour), so it is no part of `npm test`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stacks } from '../../simulator/aws/services/cloudformation/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { parseTemplate, TemplateError } from '../../simulator/cloudformation/template.ts';
import { anAccount } from '../support/simulated-run.ts';
import { failingAct, play, rehearse } from './statements/rehearsal.ts';
import { OF_OTHERS, SCENARIOS, STACK, TO_ADOPT } from './statements/scenarios.ts';
import { clusterStackTargets, deploymentTargets, type Target } from './statements/targets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: { part: { type: 'string', default: '1/1' }, only: { type: 'string' }, resume: { type: 'string' } },
});
const [part = 1, parts = 1] = values.part.split('/').map(Number);
const clusterStack = parseTemplate(readFileSync(join(root, 'resources/cluster-stack.yml'), 'utf8'));

// Stands for what the packages hold beside their code: the checkout's charts, and a cluster stack of our own.
const taskRoot = mkdtempSync(join(tmpdir(), 'joinery-statements-'));
mkdirSync(join(taskRoot, 'resources'));
symlinkSync(join(root, '.build'), join(taskRoot, '.build'));

async function accountWithout(target: Target): Promise<Account> {
  if (target.place === 'deployment') return anAccount({ seed: 1, editTemplate: target.remove });
  const edited = structuredClone(clusterStack);
  target.remove(edited);
  writeFileSync(join(taskRoot, 'resources/cluster-stack.yml'), JSON.stringify(edited));
  return anAccount({ seed: 1, taskRoot });
}

/** The first scenario that fails settles it. Undefined: nobody noticed. */
async function noticedBy(target: Target): Promise<string | undefined> {
  return (await faultOf(SCENARIOS, target)) ?? (await faultOf(OF_OTHERS, target)) ?? (await faultOf(TO_ADOPT, target));
}

async function faultOf(scenarios: typeof SCENARIOS, target: Target): Promise<string | undefined> {
  let account: Account | undefined;
  try {
    account = await accountWithout(target);
    for (const scenario of scenarios) {
      const fault = await play(account, scenario);
      if (fault) return `${scenario.name} (${fault.slice(0, 100)})`;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `the deployment itself: ${error.message.slice(0, 80)}`;
  } finally {
    await account?.close();
  }
}

/** The quick way: what is taken away just before a scenario, in an account where all was well before. */
async function noticedInPlace(scenarios: typeof SCENARIOS, targets: readonly Target[]): Promise<void> {
  const account = await anAccount({ seed: 1 });
  try {
    const acts = await rehearse(account, scenarios);
    const holders = holderNames(account);
    for (const target of targets) {
      const holder = holders.get(`${target.place}/${target.resource}`);
      if (holder === undefined || target.policyIndex === undefined) continue;
      const by = await failingAct(acts, { holder, policyIndex: target.policyIndex, sid: target.name });
      if (by) report(target, by);
    }
  } finally {
    await account.close();
  }
}

/** What roles and managed policies are called in the account, by the template's names. */
function holderNames(account: Account): Map<string, string> {
  const records = stacks(account.simulation)[STACK]?.resources ?? {};
  return new Map([
    ...Object.entries(account.stack.resources).map(([id, { physicalId }]) => [`deployment/${id}`, physicalId] as const),
    ...Object.values(records).map(
      ({ logicalId, physicalId }) => [`cluster stack/${logicalId}`, physicalId ?? ''] as const,
    ),
  ]);
}

function named({ place, resource, name }: Target): string {
  return `${place}: ${resource} ${name}`;
}

const settled = new Map<Target, string | undefined>();
function report(target: Target, by: string | undefined): void {
  settled.set(target, by);
  process.stdout.write(`${by ? `noticed  ${named(target)}: ${by}` : `SURVIVES ${named(target)}`}\n`);
}

const all: Target[] = [];
await (await anAccount({ editTemplate: (template) => all.push(...deploymentTargets(template)) })).close();
all.push(...clusterStackTargets(clusterStack));
const { only } = values;
const mine = all.filter(
  ({ place, resource, name }, index) =>
    index % parts === part - 1 && (!only || `${place}/${resource}/${name}`.includes(only)),
);
// What an earlier run printed that did not come to its end.
const before = values.resume === undefined ? '' : readFileSync(values.resume, 'utf8');
for (const target of mine) if (before.includes(`noticed  ${named(target)}: `)) settled.set(target, 'noticed before');
const open = () => mine.filter((target) => !settled.has(target));
await noticedInPlace(SCENARIOS, open());
await noticedInPlace(OF_OTHERS, open());
await noticedInPlace(TO_ADOPT, open());
// What no scenario missed by itself is missed by none, or only from the beginning of the account on, or by all of them together.
for (const target of open()) report(target, await noticedBy(target));
rmSync(taskRoot, { recursive: true });
for (const place of ['deployment', 'cluster stack']) {
  const of = mine.filter((target) => target.place === place);
  const survivors = of.filter((target) => settled.get(target) === undefined);
  process.stdout.write(`${place}: ${of.length - survivors.length} noticed, ${survivors.length} survive\n`);
}
