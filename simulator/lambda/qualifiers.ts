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

/** Where an alias leads: to a version, and to another one for a share of the invocations while a deployment is under way. */
export type AliasRoute = {
  readonly version: string;
  readonly additional?: { readonly version: string; readonly weight: number };
};

/** Versions that were published, and aliases that were moved, after the stack was made. */
type Moved = { versions: VersionConfig[]; aliases: Record<string, AliasRoute>; routed: Record<string, number> };

function moved(simulation: Simulation): Moved {
  return simulation.state('lambda:versions', () => ({ versions: [], aliases: {}, routed: {} }));
}

/**
 * The function and the version behind an ARN: of the function, of a version or of an alias. An alias with two versions leads to its first
 * one; `invokedTarget` draws.
 */
export function resolveTarget(simulation: Simulation, known: Qualifiers, arn: string): InvocationTarget | undefined {
  const plain = known.functions.get(arn);
  if (plain) return { config: plain, version: LATEST, provisionedConcurrency: 0 };
  const alias = known.aliases.find((candidate) => candidate.arn === arn);
  const colon = arn.lastIndexOf(':');
  const config = known.functions.get(arn.slice(0, colon));
  if (!config) return undefined;
  if (alias) {
    const { version } = routeOf(simulation, known, arn) ?? alias;
    return targetOf(simulation, config, version, alias.provisionedConcurrency);
  }
  const version = arn.slice(colon + 1);
  const exists = version === LATEST || versionsOf(simulation, known, config.arn).includes(version);
  return exists ? targetOf(simulation, config, version, 0) : undefined;
}

/** What an invocation of the ARN runs: the seed draws for an alias with two versions. */
export function invokedTarget(simulation: Simulation, known: Qualifiers, arn: string): InvocationTarget | undefined {
  const target = resolveTarget(simulation, known, arn);
  const additional = routeOf(simulation, known, arn)?.additional;
  if (!target || !additional) return target;
  const { routed } = moved(simulation);
  routed[arn] = (routed[arn] ?? 0) + 1;
  if (simulation.between(`lambda:route:${arn}:${routed[arn]}`, 0, 1) >= additional.weight) return target;
  // Environments that are kept initialised are those of the first version.
  return targetOf(simulation, target.config, additional.version, 0);
}

function targetOf(
  simulation: Simulation,
  config: FunctionConfig,
  version: string,
  provisionedConcurrency: number,
): InvocationTarget {
  const published = moved(simulation).versions.find((one) => one.functionArn === config.arn && one.version === version);
  return { config: published?.code ? { ...config, ...published.code } : config, version, provisionedConcurrency };
}

function versionsOf(simulation: Simulation, known: Qualifiers, functionArn: string): string[] {
  return [...known.versions, ...moved(simulation).versions]
    .filter((candidate) => candidate.functionArn === functionArn)
    .map(({ version }) => version);
}

/** Publishes a version, of the function's own code or of another; gives its number. */
export function publishVersion(
  simulation: Simulation,
  known: Qualifiers,
  functionArn: string,
  code?: VersionConfig['code'],
): string {
  const version = String(Math.max(0, ...versionsOf(simulation, known, functionArn).map(Number)) + 1);
  moved(simulation).versions.push({ functionArn, version, ...(code ? { code } : {}) });
  return version;
}

/** Where an alias leads at present; undefined when there is none of that ARN. */
export function routeOf(simulation: Simulation, known: Qualifiers, aliasArn: string): AliasRoute | undefined {
  const alias = known.aliases.find(({ arn }) => arn === aliasArn);
  return alias && (moved(simulation).aliases[aliasArn] ?? { version: alias.version });
}

/** Leads an alias elsewhere. Throws when there is no such alias or no such version. */
export function setRoute(simulation: Simulation, known: Qualifiers, aliasArn: string, route: AliasRoute): void {
  const alias = known.aliases.find(({ arn }) => arn === aliasArn);
  if (!alias) throw new Error(`there is no alias ${aliasArn}`);
  const versions = versionsOf(simulation, known, alias.functionArn);
  for (const version of [route.version, route.additional?.version ?? route.version])
    if (!versions.includes(version)) throw new Error(`there is no version ${version} of ${alias.functionArn}`);
  moved(simulation).aliases[aliasArn] = route;
}
