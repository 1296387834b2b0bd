import type { Cluster } from '../../clusters/cluster-file.ts';
import { nodeClassesOf, nodePoolsOf } from '../of-cluster.ts';
import { objectsAt } from '../read-object.ts';
import type { LintContext } from './context.ts';
import type { Finding } from './finding.ts';
import { type LintReport, lintReport } from './lint.ts';

/** What is known of the account beside the file. */
export type AccountFacts = Pick<LintContext, 'quotas' | 'subnets' | 'types' | 'workloads' | 'podBudgets'>;

/** The profiles' EC2NodeClass as it will be, but for ids that a run finds out. */
const AMI_ALIAS = 'al2023@v20261101';
const LATER = {
  securityGroupId: 'sg-0',
  instanceProfile: 'later',
  amiAlias: AMI_ALIAS,
  amiAliasOf: () => AMI_ALIAS,
};

const ENVIRONMENT_TAGS = ['environment', 'env', 'stage'];
const NOT_PRODUCTION = /^(dev|development|test|testing|qa|stage|staging|sandbox|demo|lab|int|integration|preview)\d*$/;

/** What a cluster file says of the context of its pools. */
export function contextOf({ spec }: Cluster): LintContext {
  const environment = Object.entries(spec.tags).find(([key]) => ENVIRONMENT_TAGS.includes(key.toLowerCase()))?.[1];
  return {
    region: spec.region,
    kubernetesVersion: spec.kubernetesVersion,
    isProduction: environment === undefined || !NOT_PRODUCTION.test(environment.toLowerCase()),
    hasAllNodeClasses: true,
    mostDollarsPerHour: spec.lint.mostDollarsPerHour,
    switches: spec.lint.off,
    criticalPools: criticalPoolsOf(spec),
  };
}

/** By the services that the file maps to pools. */
function criticalPoolsOf(spec: unknown): ReadonlyMap<string, string> {
  const critical = objectsAt(spec, 'services').filter((service) => service['critical'] === true);
  return new Map(
    critical.map(({ name, pool }) => [String(pool), `spec.services puts ${String(name)} here, which is critical`]),
  );
}

/** Lints the pools and classes of a cluster file that was read without faults. */
export function lintCluster(cluster: Cluster, facts: AccountFacts = {}): LintReport {
  const objects = [...nodeClassesOf(cluster, LATER), ...nodePoolsOf(cluster)];
  return lintReport(objects, { ...contextOf(cluster), ...facts });
}

/** Where in the cluster file a finding comes from. */
export function pathInFile(cluster: Cluster, { resource, path }: Pick<Finding, 'resource' | 'path'>): string {
  const index = cluster.spec.nodePools.findIndex((entry) => resourceOf(entry) === resource);
  const entry = cluster.spec.nodePools[index];
  if (!entry) return resource === 'Cluster' ? path : 'spec.nodePools';
  return 'manifest' in entry ? `spec.nodePools[${index}].manifest.${path}` : `spec.nodePools[${index}]`;
}

function resourceOf(entry: Cluster['spec']['nodePools'][number]): string {
  if ('profile' in entry) return `NodePool/${entry.overrides.name ?? entry.profile}`;
  const { kind, metadata } = entry.manifest;
  return `${String(kind)}/${String((metadata as { readonly name?: unknown } | undefined)?.name)}`;
}
