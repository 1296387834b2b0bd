// Writes docs/profiles.md from the catalogue: `node scripts/make-profiles-doc.ts`.
import { writeFileSync } from 'node:fs';
import { aboutSnapshot } from '../shared/instance-types/catalogue.ts';
import { capacityTypesOf } from '../shared/nodepools/capacity-types.ts';
import { costAtMost, inDollars, PRICED_REGION } from '../shared/nodepools/cost-at-most.ts';
import { buildNodeClass } from '../shared/nodepools/profiles/build-node-class.ts';
import {
  PROFILE_NAMES,
  type ProfileName,
  profileNamed,
  profileNodePool,
} from '../shared/nodepools/profiles/catalogue.ts';
import type { KarpenterManifest } from '../shared/nodepools/profiles/manifest.ts';
import type { NodeClassProfile } from '../shared/nodepools/profiles/profile.ts';
import { blockText } from '../shared/yaml/emit.ts';

const EXAMPLE = {
  clusterName: 'CLUSTER',
  subnetIds: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
  securityGroupId: 'sg-0a1b2c3d4e5f60001',
  instanceProfile: 'joinery-CLUSTER-karpenter-node',
  amiAlias: 'al2023@v20261101',
};

export function profilesDocument(): string {
  const classes = new Map(
    PROFILE_NAMES.map((name) => [profileNamed(name).nodeClass.name, profileNamed(name).nodeClass]),
  );
  return [
    '# The catalogue of NodePools',
    '',
    'Made by `scripts/make-profiles-doc.ts` from `shared/nodepools/profiles/`. A cluster file takes a profile by its name and changes',
    'what it needs to ([cluster file](cluster-file.md#nodepools)); `joinery validate` shows what the pools of a file cost at most.',
    '',
    ...table(),
    '',
    `"At most" is what a pool costs an hour when it is grown to its limits with the dearest of its types, on demand, at prices of`,
    `${PRICED_REGION} (${/[0-9]{4}-[0-9]{2}-[0-9]{2}/.exec(aboutSnapshot().prices)?.[0]}), without volumes and traffic. Spot costs less.`,
    '',
    'All pools: Linux; no bare metal; a disruption budget of 10 %; a drain ends after `terminationGracePeriod`, whatever a',
    'PodDisruptionBudget says, and a node that is older than `expireAfter` is drained without regard to budgets.',
    '',
    ...PROFILE_NAMES.flatMap(section),
    '## EC2NodeClasses',
    '',
    'Every class: Amazon Linux 2023 with the alias pinned ([ADR 0012](adr/0012-ami-alias-is-pinned.md)), subnets and security group by',
    'id, IMDSv2 only with hop limit 1, an encrypted gp3 root volume. A pool with `rootVolume` in its overrides has a class of its own,',
    'named after it with `-volume`.',
    '',
    ...[...classes.values()].flatMap(classSection),
  ].join('\n');
}

function table(): string[] {
  const rows = PROFILE_NAMES.map((name) => {
    const pool = profileNodePool(name);
    const { row, architectures, limits, taints = [] } = profileNamed(name);
    const { instanceTypes, worstCase } = costAtMost(pool, PRICED_REGION);
    const cost = worstCase.dollarsPerHour === null ? worstCase.why : inDollars(worstCase.dollarsPerHour);
    return [
      `[\`${name}\`](#${name})`,
      row,
      architectures.join(', '),
      capacityTypesOf(pool).join(', else '),
      String(instanceTypes),
      taints.map(({ key, value = '' }) => `\`${key}=${value}\``).join(' ') || 'none',
      Object.entries(limits)
        .map(([key, value]) => `${value} ${key}`)
        .join(', '),
      cost,
    ];
  });
  const head = ['profile', 'row', 'arch', 'capacity', 'types', 'taint', 'limits', 'at most an hour'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function section(name: ProfileName): string[] {
  const { purpose, notes } = profileNamed(name);
  return [`## ${name}`, '', purpose, '', ...notes.map((note) => `- ${note}`), '', ...yamlOf(profileNodePool(name))];
}

function classSection(nodeClass: NodeClassProfile): string[] {
  const users = PROFILE_NAMES.filter((name) => profileNamed(name).nodeClass.name === nodeClass.name);
  const { gib, iops, throughputMiBps } = nodeClass.rootVolume;
  const more = iops === undefined ? '' : `, ${iops} IOPS, ${throughputMiBps} MiB/s`;
  return [
    `### Class ${nodeClass.name}`,
    '',
    `${gib} GiB${more}. For ${users.map((name) => `\`${name}\``).join(', ')}.`,
    '',
    ...yamlOf(buildNodeClass(nodeClass, EXAMPLE)),
  ];
}

function yamlOf(manifest: KarpenterManifest): string[] {
  return ['```yaml', blockText(manifest).trimEnd(), '```', ''];
}

if (import.meta.main) writeFileSync(new URL('../docs/profiles.md', import.meta.url), profilesDocument());
