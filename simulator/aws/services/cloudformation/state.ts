import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { JsonMap } from '../../../cloudformation/template.ts';
import type { Simulation } from '../../../core/simulation.ts';

/** What a stack is asked to be. */
export type Definition = { body: string; parameters: Record<string, string>; tags: Record<string, string> };

/** One physical resource of a stack; it exists from the moment that it has a physical id. */
export type ResourceRecord = {
  logicalId: string;
  type: string;
  physicalId: string | null;
  attributes: JsonMap;
  properties: JsonMap;
  /** The stack tags that it was made with. */
  tags: Record<string, string>;
  dependsOn: string[];
  generation: number;
  /** What becomes of it with its stack, and when it is replaced. */
  deletionPolicy: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
  replacePolicy: 'Delete' | 'Retain';
  status: ResourceStatus;
  reason: string | null;
  changedAtMs: number;
};

export type Step = {
  logicalId: string;
  action: 'apply' | 'delete';
  /** For a deletion: the generation that goes; for an apply: the one that a new resource gets, once that is decided. */
  generation: number | null;
  after: string[];
  state: 'waiting' | 'calling' | 'settling' | 'done' | 'failed';
  attempts: number;
};

export type OperationKind =
  | 'CREATE'
  | 'ROLLBACK'
  | 'UPDATE'
  | 'UPDATE_ROLLBACK'
  | 'CLEANUP'
  | 'ROLLBACK_CLEANUP'
  | 'DELETE';

/** What is being done to a stack. A step's handler finds it by `id`; what belongs to an earlier operation is ignored. */
export type StackOperation = {
  id: number;
  kind: OperationKind;
  target: Definition;
  steps: Record<string, Step>;
  failure: string | null;
};

export type StackEventRecord = {
  id: number;
  atMs: number;
  logicalId: string;
  physicalId: string;
  type: string;
  status: ResourceStatus | StackStatus;
  reason: string | null;
  token: string | null;
};

export type StackRecord = {
  id: string;
  name: string;
  status: StackStatus;
  reason: string | null;
  /** The service role that CloudFormation uses; null: the role of whoever asked. */
  roleArn: string | null;
  callerRoleArn: string;
  current: Definition;
  previous: Definition | null;
  capabilities: string[];
  createdAtMs: number;
  updatedAtMs: number | null;
  deletedAtMs: number | null;
  isProtected: boolean;
  onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  isDeletionWanted: boolean;
  token: string | null;
  outputs: Record<string, string>;
  resources: Record<string, ResourceRecord>;
  /** Replaced or dropped resources that still exist. */
  retired: ResourceRecord[];
  generations: Record<string, number>;
  events: StackEventRecord[];
  operation: StackOperation | null;
};

type CloudFormationState = { stacks: Record<string, StackRecord> };

const initial = (): CloudFormationState => ({ stacks: {} });

export function stacks(simulation: Simulation): Record<string, StackRecord> {
  return simulation.state('cloudformation', initial).stacks;
}

/** The stack of that name that has not been deleted, or of that id. */
export function findStack(simulation: Simulation, nameOrId: string): StackRecord | undefined {
  const all = stacks(simulation);
  if (nameOrId.startsWith('arn:')) return all[nameOrId];
  return Object.values(all).find(({ name, status }) => name === nameOrId && status !== 'DELETE_COMPLETE');
}
