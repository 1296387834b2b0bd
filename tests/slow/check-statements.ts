// `npm run check:statements [-- --part 1/2]`: takes each statement out of each role, one at a time, and sees whether a scenario
// fails. A statement whose absence nobody notices is a survivor: either it is not needed, or no scenario shows what for.
// Slow (minutes), so it is no part of `npm test`.
import { parseArgs } from 'node:util';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { type Template, TemplateError } from '../../simulator/cloudformation/template.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { abandonedEvents } from '../../simulator/lambda/asynchronous.ts';
import { bootstrapAndNodeLoss } from '../../simulator/scenarios/bootstrap-and-node-loss.ts';
import { aClusterFile, anAccount, runToEnd } from '../support/simulated-run.ts';

type Statement = { readonly Sid?: string };
type Target = { readonly role: string; readonly sid: string; remove(template: Template): void };
type Properties = { Policies?: { PolicyDocument: unknown }[]; PolicyDocument?: unknown };

const { values } = parseArgs({ options: { part: { type: 'string', default: '1/1' }, only: { type: 'string' } } });
const [part = 1, parts = 1] = values.part.split('/').map(Number);

/** Every inline statement of every role, and of the boundary, in a template. */
function statementsOf(template: Template): Target[] {
  return Object.entries(template.Resources).flatMap(([role, resource]) => {
    const properties = (resource.Properties ?? {}) as Properties;
    const documents = resource.Type === 'AWS::IAM::ManagedPolicy' ? [properties] : (properties.Policies ?? []);
    if (resource.Type !== 'AWS::IAM::Role' && resource.Type !== 'AWS::IAM::ManagedPolicy') return [];
    return documents.flatMap((_, index) => {
      const { Statement = [] } = documentAt(template, role, index) as { Statement?: Statement[] };
      return Statement.map(({ Sid = '?' }) => ({
        role,
        sid: Sid,
        remove: (edited: Template) => {
          const document = documentAt(edited, role, index) as { Statement: Statement[] };
          document.Statement = document.Statement.filter((statement) => statement.Sid !== Sid);
        },
      }));
    });
  });
}

function documentAt(template: Template, role: string, index: number): unknown {
  const properties = (template.Resources[role]?.Properties ?? {}) as Properties;
  const holder = properties.Policies ? properties.Policies[index] : properties;
  return typeof holder?.PolicyDocument === 'object' ? holder.PolicyDocument : {};
}

/** The example with changes that each need an update of something that exists. */
const CHANGED = aClusterFile({
  spec: {
    bootstrapNodes: { minSize: 2, desiredSize: 3, maxSize: 5 },
    logging: ['api', 'audit'],
    addons: { coredns: { version: 'v1.12.4-eksbuild.6' } },
  },
});

/** The scenarios in order of cost; the first that fails settles it. Undefined: nobody noticed. */
async function noticedBy(target: Target): Promise<string | undefined> {
  let account: Account | undefined;
  try {
    account = await anAccount({ seed: 1, editTemplate: target.remove });
    const stage = { account, clusterName: 'banking-prod', clusterFile: aClusterFile(), say: () => undefined };
    const outcome = await account.simulation.runUntil(bootstrapAndNodeLoss.run(stage));
    if (!outcome.ok) return 'bootstrap and node loss';
    const again = await runToEnd(account, 'bootstrap-cluster', CHANGED);
    if (again.status !== 'SUCCEEDED') return `a run with a changed file (${again.error})`;
    return await stopAndRelease(account);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `the deployment itself: ${error.message.slice(0, 80)}`;
  } finally {
    await account?.close();
  }
}

/** Two runs at once, and a run that is stopped in the middle of its smoke test: the lease, and the cleaning up after it. */
async function stopAndRelease(account: Account): Promise<string | undefined> {
  const { simulation, cloud, deployer } = account;
  return simulation.runUntil(
    (async () => {
      const executionArn = await account.startExecution('bootstrap-cluster', CHANGED);
      await simulation.sleep(20);
      const rival = await account.ended(await account.startExecution('bootstrap-cluster', CHANGED));
      if (rival.error !== 'LeaseHeld') return 'a rival run';
      await simulation.sleep(15);
      await cloud.call('SFN', 'StopExecution', { executionArn }, deployer);
      await simulation.sleep(400);
      if (abandonedEvents(simulation).length > 0 || hasLeftovers(account)) return 'a stopped run';
      const again = await account.ended(await account.startExecution('smoke-test', CHANGED));
      return again.status === 'SUCCEEDED' ? undefined : 'a smoke test on its own';
    })(),
  );
}

/** Whether the smoke test's pool is still there, or the installer still cluster admin. */
function hasLeftovers({ simulation, kubernetes }: Account): boolean {
  const pools = kubernetes.find('banking-prod')?.as(SYSTEM_ADMIN).list('karpenter.sh/v1', 'NodePool') ?? [];
  const entries = Object.values(findCluster(simulation, 'banking-prod')?.accessEntries ?? {});
  return pools.length !== 3 || entries.some((entry) => entry.policies.length > 0);
}

const targets: Target[] = [];
await (await anAccount({ editTemplate: (template) => targets.push(...statementsOf(template)) })).close();
const whole = await noticedBy({ role: '', sid: '', remove: () => undefined });
if (whole) throw new Error(`with every statement in place there is a failure already: ${whole}`);
const mine = targets.filter(
  (target, index) => index % parts === part - 1 && (!values.only || target.role.includes(values.only)),
);
const survivors: Target[] = [];
for (const target of mine) {
  const by = await noticedBy(target);
  if (!by) survivors.push(target);
  process.stdout.write(`${by ? 'noticed ' : 'SURVIVES'} ${target.role} ${target.sid}${by ? `: ${by}` : ''}\n`);
}
process.stdout.write(`\n${mine.length - survivors.length} noticed, ${survivors.length} survive\n`);
