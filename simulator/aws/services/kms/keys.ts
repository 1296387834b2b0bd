import type { Simulation } from '../../../core/simulation.ts';

export type KeyRecord = {
  id: string;
  arn: string;
  description: string;
  manager: 'AWS' | 'CUSTOMER';
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  aliases: string[];
  createdMs: number;
  /** The key policy as JSON. */
  policy: string;
};

type KmsState = { keys: Record<string, KeyRecord> };

const initial = (): KmsState => ({ keys: {} });

type Place = { readonly accountId: string; readonly region: string };

export function kmsKeys(simulation: Simulation): Record<string, KeyRecord> {
  return simulation.state('kms', initial).keys;
}

/** Finds a key by its id, its ARN, an alias name or an alias's ARN. */
export function findKey(simulation: Simulation, keyId: string): KeyRecord | undefined {
  const name = keyId.startsWith('arn:') ? keyId.split(':').slice(5).join(':') : keyId;
  return Object.values(kmsKeys(simulation)).find(
    (key) => key.arn === keyId || key.id === name || key.aliases.includes(name),
  );
}

/** The policy of a key by its ARN, as an authorizer asks for it. */
export function keyPolicyOf(simulation: Simulation, keyArn: string): string | undefined {
  return Object.values(kmsKeys(simulation)).find((key) => key.arn === keyArn)?.policy;
}

/** The key of alias/aws/ebs, which AWS makes when it is first needed: everybody in the account may use it through EC2. */
export function awsManagedEbsKey(simulation: Simulation, place: Place): KeyRecord {
  return (
    findKey(simulation, 'alias/aws/ebs') ??
    addKey(simulation, place, {
      manager: 'AWS',
      description: 'Default key that protects my EBS volumes when no other key is defined',
      aliases: ['alias/aws/ebs'],
      statements: [throughEc2(place), readableByAccount(place)],
    })
  );
}

/**
 * A key of the account's own. Its policy lets the account's roles use it through EC2, or leaves that to their own
 * policies: then a role without kms permissions cannot start an instance whose volume is encrypted with it.
 */
export function seedCustomerKey(
  simulation: Simulation,
  place: Place,
  options: { usableThroughEc2: boolean; alias?: string },
): KeyRecord {
  return addKey(simulation, place, {
    manager: 'CUSTOMER',
    description: 'Volumes of this account',
    aliases: options.alias ? [options.alias] : [],
    statements: [administeredByAccount(place), ...(options.usableThroughEc2 ? [throughEc2(place)] : [])],
  });
}

/** The key of alias/aws/sns: everybody in the account may use it through SNS, and no service in its own name. */
export function awsManagedSnsKey(simulation: Simulation, place: Place): KeyRecord {
  return (
    findKey(simulation, 'alias/aws/sns') ??
    addKey(simulation, place, {
      manager: 'AWS',
      description: 'Default key that protects my SNS data when no other key is defined',
      aliases: ['alias/aws/sns'],
      statements: [throughSns(place), readableByAccount(place)],
    })
  );
}

/** A key as a stack declares it, with its policy as JSON; without one the account's own policies decide. */
export function createKey(
  simulation: Simulation,
  place: Place,
  key: { description: string; isEnabled: boolean; policy: string | undefined },
): KeyRecord {
  const record = addKey(simulation, place, {
    manager: 'CUSTOMER',
    description: key.description,
    aliases: [],
    statements: [administeredByAccount(place)],
  });
  record.policy = key.policy ?? record.policy;
  record.state = key.isEnabled ? 'Enabled' : 'Disabled';
  return record;
}

function addKey(
  simulation: Simulation,
  { accountId, region }: Place,
  key: { manager: 'AWS' | 'CUSTOMER'; description: string; aliases: string[]; statements: object[] },
): KeyRecord {
  const keys = kmsKeys(simulation);
  const count = Object.keys(keys).length + 1;
  const hex = (part: number, digits: number) =>
    Math.floor(simulation.between(`kms:${count}:${part}`, 0, 16 ** digits))
      .toString(16)
      .padStart(digits, '0');
  const id = `${hex(0, 8)}-${hex(1, 4)}-4${hex(2, 3)}-a${hex(3, 3)}-${hex(4, 12)}`;
  const record: KeyRecord = {
    id,
    arn: `arn:aws:kms:${region}:${accountId}:key/${id}`,
    description: key.description,
    manager: key.manager,
    state: 'Enabled',
    aliases: key.aliases,
    createdMs: simulation.now(),
    policy: JSON.stringify({ Version: '2012-10-17', Id: 'key-policy', Statement: key.statements }),
  };
  keys[id] = record;
  return record;
}

function administeredByAccount({ accountId }: Place): object {
  return {
    Sid: 'EnableIamPolicies',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
}

function readableByAccount({ accountId }: Place): object {
  return {
    Sid: 'AllowReading',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
    Resource: '*',
  };
}

function throughSns({ accountId, region }: Place): object {
  return {
    Sid: 'AllowUseThroughSns',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:ListGrants', 'kms:DescribeKey'],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com`, 'kms:CallerAccount': accountId },
    },
  };
}

function throughEc2({ accountId, region }: Place): object {
  return {
    Sid: 'AllowUseThroughEc2',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:CreateGrant',
      'kms:DescribeKey',
    ],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com`, 'kms:CallerAccount': accountId },
    },
  };
}
