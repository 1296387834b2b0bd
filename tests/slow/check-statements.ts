// `npm run check:statements [-- --part 1/2] [--only NAME]`: takes each statement out of each role, one at a time, and sees whether
// a scenario fails: those of the deployment template, and those of the template from which each cluster's stack is made. A
// statement whose absence nobody notices is a survivor: either it is not needed, or no scenario shows what for.
// Slow (minutes), so it is no part of `npm test`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Account } from '../../simulator/boot/account.ts';
import { parseTemplate, TemplateError } from '../../simulator/cloudformation/template.ts';
import { anAccount } from '../support/simulated-run.ts';
import { OF_OTHERS, SCENARIOS } from './statements/scenarios.ts';
import { clusterStackTargets, deploymentTargets, type Target } from './statements/targets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({ options: { part: { type: 'string', default: '1/1' }, only: { type: 'string' } } });
const [part = 1, parts = 1] = values.part.split('/').map(Number);
const clusterStack = parseTemplate(readFileSync(join(root, 'resources/cluster-stack.yml'), 'utf8'));

// Stands for what the packages hold beside their code: the checkout's charts, and a cluster stack of our own.
const taskRoot = mkdtempSync(join(tmpdir(), 'joinery-statements-'));
mkdirSync(join(taskRoot, 'resources'));
symlinkSync(join(root, '.build'), join(taskRoot, '.build'));

async function accountWithout(target: Target | undefined): Promise<Account> {
  if (target?.place === 'deployment') return anAccount({ seed: 1, editTemplate: target.remove });
  const edited = structuredClone(clusterStack);
  target?.remove(edited);
  writeFileSync(join(taskRoot, 'resources/cluster-stack.yml'), JSON.stringify(edited));
  return anAccount({ seed: 1, taskRoot });
}

/** The first scenario that fails settles it. Undefined: nobody noticed. */
async function noticedBy(target: Target | undefined): Promise<string | undefined> {
  return (await faultOf(SCENARIOS, target)) ?? (await faultOf(OF_OTHERS, target));
}

async function faultOf(scenarios: typeof SCENARIOS, target: Target | undefined): Promise<string | undefined> {
  let account: Account | undefined;
  try {
    account = await accountWithout(target);
    for (const scenario of scenarios) {
      const fault = await account.simulation.runUntil(scenario.run(account));
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

const targets: Target[] = [];
await (await anAccount({ editTemplate: (template) => targets.push(...deploymentTargets(template)) })).close();
targets.push(...clusterStackTargets(clusterStack));
const whole = await noticedBy(undefined);
if (whole) throw new Error(`with every statement in place there is a failure already: ${whole}`);
const { only } = values;
const mine = targets.filter(
  ({ place, resource, name }, index) =>
    index % parts === part - 1 && (!only || `${place}/${resource}/${name}`.includes(only)),
);
const survivors: Target[] = [];
for (const target of mine) {
  const by = await noticedBy(target);
  if (!by) survivors.push(target);
  const { place, resource, name } = target;
  process.stdout.write(`${by ? 'noticed ' : 'SURVIVES'} ${place}: ${resource} ${name}${by ? `: ${by}` : ''}\n`);
}
rmSync(taskRoot, { recursive: true });
for (const place of ['deployment', 'cluster stack']) {
  const of = (list: readonly Target[]) => list.filter((target) => target.place === place).length;
  process.stdout.write(`${place}: ${of(mine) - of(survivors)} noticed, ${of(survivors)} survive\n`);
}
