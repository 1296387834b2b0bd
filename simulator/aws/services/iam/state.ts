import { createHash } from 'node:crypto';
import type { Simulation } from '../../../core/simulation.ts';

export type RoleRecord = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAtMs: number;
  /** Other services cannot assume or be passed the role before. */
  usableAtMs: number;
  lastUsedAtMs: number | null;
  description: string | null;
  maxSessionSeconds: number;
  /** Policy documents are kept as the JSON that was sent. */
  trust: string;
  boundary: string | null;
  tags: Record<string, string>;
  inline: Record<string, string>;
  attached: string[];
};

export type PolicyRecord = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAtMs: number;
  updatedAtMs: number;
  description: string | null;
  tags: Record<string, string>;
  defaultVersion: string;
  nextVersion: number;
  versions: { id: string; document: string; createdAtMs: number }[];
};

export type ProfileRecord = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAtMs: number;
  tags: Record<string, string>;
  roleName: string | null;
};

export type IamState = {
  roles: Record<string, RoleRecord>;
  policies: Record<string, PolicyRecord>;
  profiles: Record<string, ProfileRecord>;
};

const initial = (): IamState => ({ roles: {}, policies: {}, profiles: {} });

export function iamState(simulation: Simulation): IamState {
  return simulation.state('iam', initial);
}

/** The role of that ARN; a role's path is part of its ARN, so a wrong path is another role. */
export function roleOfArn(simulation: Simulation, roleArn: string): RoleRecord | undefined {
  const role = iamState(simulation).roles[roleArn.slice(roleArn.lastIndexOf('/') + 1)];
  return role?.arn === roleArn ? role : undefined;
}

/** Whether other services see the role already: IAM is eventually consistent. */
export function isRoleUsable(simulation: Simulation, roleArn: string): boolean {
  const role = roleOfArn(simulation, roleArn);
  return role !== undefined && role.usableAtMs <= simulation.now();
}

/** Makes every role usable at once, for a deployment that lies in the past. */
export function settleRoles(simulation: Simulation): void {
  for (const role of Object.values(iamState(simulation).roles)) role.usableAtMs = simulation.now();
}

/** The instance profile of that name or ARN. */
export function instanceProfile(simulation: Simulation, nameOrArn: string): ProfileRecord | undefined {
  const profile = iamState(simulation).profiles[nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)];
  return !nameOrArn.startsWith('arn:') || profile?.arn === nameOrArn ? profile : undefined;
}

/** An id as IAM makes them (AROA…, ANPA…, AIPA…), the same for the same object in each run. */
export function uniqueId(prefix: string, key: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(key).digest();
  return prefix + [...digest.subarray(0, 17)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
