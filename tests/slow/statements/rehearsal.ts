import { type IamState, iamState } from '../../../simulator/aws/services/iam/state.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import type { World } from '../../../simulator/core/simulation.ts';
import { refusalIn } from './refusals.ts';
import type { Scenario } from './scenarios.ts';

/** A scenario that can be played again by itself: the world before it, which roles call AWS in it, and its time here. */
type Act = {
  readonly scenario: Scenario;
  readonly account: Account;
  readonly world: World;
  readonly callers: ReadonlySet<string>;
  /** Whether nobody was refused anything while every statement was in place. */
  readonly isClean: boolean;
  readonly ms: number;
};

/** A statement as IAM has it in the running account: of a role, or of a managed policy, both by their names there. */
export type Granted = { readonly holder: string; readonly policyIndex: number; readonly sid: string };

/**
 * Plays the scenarios once in an account that has every statement, keeping the world before each. Throws when one fails, and
 * when one that is played again from there fails: then it proves nothing of a statement.
 */
export async function rehearse(account: Account, scenarios: readonly Scenario[]): Promise<Act[]> {
  const acts: Act[] = [];
  for (const scenario of scenarios) {
    const world = account.simulation.snapshot();
    account.cloud.trace.entries.length = 0;
    const fault = await play(account, scenario);
    if (fault) throw new Error(`with every statement in place there is a failure already: ${scenario.name}: ${fault}`);
    const callers = new Set(account.cloud.trace.entries.map(({ caller }) => caller));
    const isClean = refusalIn(account.cloud.trace.entries) === undefined;
    acts.push({ scenario, account, world, callers, isClean, ms: 0 });
  }
  const timed: Act[] = [];
  for (const act of acts) {
    const began = performance.now();
    const fault = await playAgain(act);
    if (fault) throw new Error(`played again with every statement in place it fails: ${act.scenario.name}: ${fault}`);
    timed.push({ ...act, ms: performance.now() - began });
  }
  return timed.sort((a, b) => a.ms - b.ms);
}

/** Which scenario fails when the statement is taken away just before it, the quickest first; undefined when none does. */
export async function failingAct(acts: readonly Act[], granted: Granted): Promise<string | undefined> {
  for (const act of acts) {
    let isThere = false;
    const takeAway = () => {
      isThere = revoke(iamState(act.account.simulation), granted, act.callers);
      return isThere;
    };
    const fault = await playAgain(act, takeAway);
    if (isThere && fault) return `${act.scenario.name} (${fault.slice(0, 100)})`;
  }
  return undefined;
}

/** Also where a scenario goes on without what is refused, as Karpenter does, the refusal counts. */
async function playAgain(act: Act, prepare = () => true): Promise<string | undefined> {
  const { account, world, scenario, isClean } = act;
  account.restore(world);
  account.cloud.trace.entries.length = 0;
  if (!prepare()) return undefined;
  return (await play(account, scenario)) ?? (isClean ? refusalIn(account.cloud.trace.entries) : undefined);
}

/** What went wrong; also when it is the simulator that stops, because a log of which nobody hears is lost. */
export function play(account: Account, scenario: Scenario): Promise<string | undefined> {
  return account.simulation
    .runUntil(scenario.run(account))
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
}

/** Takes the statement out of IAM; false when the world has it not, or when its role does nothing in the scenario. */
function revoke({ roles, policies }: IamState, granted: Granted, callers: ReadonlySet<string>): boolean {
  const role = roles[granted.holder];
  if (role) {
    const [name, json] = Object.entries(role.inline)[granted.policyIndex] ?? [];
    if (name === undefined || json === undefined || !callers.has(granted.holder)) return false;
    const left = without(json, granted.sid);
    if (left === undefined) return false;
    if (left === '') delete role.inline[name];
    else role.inline[name] = left;
    return true;
  }
  const policy = Object.values(policies).find(({ arn }) => arn === granted.holder);
  const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
  const left = version && without(version.document, granted.sid);
  if (!version || !left) return false;
  version.document = left;
  return true;
}

/** The document without the statement: '' when none is left, undefined when it never had it. */
function without(json: string, sid: string): string | undefined {
  const document = JSON.parse(json) as { Statement: { Sid?: string }[] | { Sid?: string } };
  const statements = [document.Statement].flat();
  const left = statements.filter(({ Sid }) => Sid !== sid);
  if (left.length === statements.length) return undefined;
  return left.length === 0 ? '' : JSON.stringify({ ...document, Statement: left });
}
