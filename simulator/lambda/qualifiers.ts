import type { Simulation } from '../core/simulation.ts';
import type { AliasConfig, FunctionConfig, VersionConfig } from './function-config.ts';

export const LATEST = '$LATEST';

/** What an ARN to invoke stands for. */
export type InvocationTarget = {
  readonly config: FunctionConfig;
  readonly version: string;
  readonly provisionedConcurrency: number;
};

export type Qualifiers = {
  readonly functions: ReadonlyMap<string, FunctionConfig>;
  readonly versions: readonly VersionConfig[];
  readonly aliases: readonly AliasConfig[];
};

/** Versions that were published, and aliases that were moved, after the stack was made. */
type Moved = { versions: VersionConfig[]; aliases: Record<string, string> };

function moved(simulation: Simulation): Moved {
  return simulation.state('lambda:versions', () => ({ versions: [], aliases: {} }));
}

/** The function and the version behind an ARN: of the function, of a version or of an alias. */
export function resolveTarget(simulation: Simulation, known: Qualifiers, arn: string): InvocationTarget | undefined {
  const plain = known.functions.get(arn);
  if (plain) return { config: plain, version: LATEST, provisionedConcurrency: 0 };
  const alias = known.aliases.find((candidate) => candidate.arn === arn);
  const colon = arn.lastIndexOf(':');
  const config = known.functions.get(arn.slice(0, colon));
  if (!config) return undefined;
  if (alias) {
    const version = moved(simulation).aliases[arn] ?? alias.version;
    return { config, version, provisionedConcurrency: alias.provisionedConcurrency };
  }
  const version = arn.slice(colon + 1);
  const exists = version === LATEST || versionsOf(simulation, known, config.arn).includes(version);
  return exists ? { config, version, provisionedConcurrency: 0 } : undefined;
}

function versionsOf(simulation: Simulation, known: Qualifiers, functionArn: string): string[] {
  return [...known.versions, ...moved(simulation).versions]
    .filter((candidate) => candidate.functionArn === functionArn)
    .map(({ version }) => version);
}

/** Publishes a new version of the alias's function and points the alias to it, all at once; gives the version. */
export function shiftAlias(simulation: Simulation, known: Qualifiers, aliasArn: string): string {
  const alias = known.aliases.find(({ arn }) => arn === aliasArn);
  if (!alias) throw new Error(`there is no alias ${aliasArn}`);
  const { functionArn } = alias;
  const version = String(Math.max(0, ...versionsOf(simulation, known, functionArn).map(Number)) + 1);
  const state = moved(simulation);
  state.versions.push({ functionArn, version });
  state.aliases[aliasArn] = version;
  return version;
}
