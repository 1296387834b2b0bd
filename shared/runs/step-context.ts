import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { getDocument } from '../aws/documents.ts';
import type { AttachFile } from '../clusters/attach-file.ts';
import type { Cluster } from '../clusters/cluster-file.ts';
import { clock } from '../lambda/clock.ts';
import { type Attachment, findAttachment, rememberAttachment } from '../ledger/attachments.ts';
import { checkFence } from '../ledger/lease.ts';
import {
  ClusterNotRegistered,
  getRegistryRow,
  type OwnRow,
  ownRow,
  putRegistryRow,
  type RegistryRow,
} from '../ledger/registry.ts';
import { recordIntent, recordStepEnd, recordStepStart } from '../ledger/run-steps.ts';
import { type LedgerTable, ledgerTable } from '../ledger/table.ts';
import type { EnsureDeps } from './ensure-step.ts';
import type { Change, Run } from './run.ts';

export { clock };

/** What every step function has: the clock, the fence, the run's record, the cluster file and the registry row. */
export type StepContext = EnsureDeps & {
  /** The parsed cluster file, as the first state stored it. */
  loadCluster(run: Run): Promise<Cluster>;
  /** The registry row, which the step cluster-stack writes; throws ClusterNotRegistered, or ClusterIsAttached. */
  registered(run: Run): Promise<OwnRow>;
  /** Throws ClusterIsAttached. */
  findRegistered(run: Run): Promise<OwnRow | undefined>;
  saveRow(row: RegistryRow): Promise<Change>;
  /** Says in the run's record what is about to be made, so that a killed run's doing is recognised. */
  recordIntent(run: Run, step: string, intent: { readonly resource: string; readonly name: string }): Promise<void>;
};

export type StepEnvironment = { readonly TABLE_NAME: string; readonly DOCUMENTS_BUCKET: string };

/** The same for the steps of attach-cluster and detach-cluster. */
export type AttachContext = StepContext & {
  loadAttachFile(run: Run): Promise<AttachFile>;
  findAttachment(run: Run): Promise<Attachment | undefined>;
  remember(attachment: Attachment): Promise<void>;
};

/** Builds the context from a function's environment; clients are made once for each sandbox. */
export function stepContext(environment: StepEnvironment): StepContext & { readonly table: LedgerTable } {
  const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: environment.TABLE_NAME });
  const s3 = new S3Client({});
  const deps = { table, clock };
  return {
    table,
    clock,
    fence: { checkFence: (run) => (run.planOnly ? Promise.resolve() : checkFence(table, run)) },
    steps: {
      recordStart: (run, step, startedAt) => recordStepStart(deps, { execution: run.rootExecution, step, startedAt }),
      recordEnd: (run, { name, startedAt, ready, detail, change, todo }) =>
        recordStepEnd(deps, { execution: run.rootExecution, step: name, startedAt, ready, detail, change, todo }),
    },
    // The document was checked when the run began, and its hash proves that it is the same.
    loadCluster: async (run) => (await getDocument(s3, run.spec)) as Cluster,
    registered: async (run) => {
      const row = await getRegistryRow(table, run.cluster);
      if (!row) throw new ClusterNotRegistered(run.cluster, undefined);
      return ownRow(row);
    },
    findRegistered: async (run) => {
      const row = await getRegistryRow(table, run.cluster);
      return row && ownRow(row);
    },
    saveRow: (row) => putRegistryRow(deps, row),
    recordIntent: async (run, step, { resource, name }) => {
      await recordIntent(deps, { execution: run.rootExecution, step, intent: { what: resource, name } });
    },
  };
}

export function attachContext(environment: StepEnvironment): AttachContext & { readonly table: LedgerTable } {
  const context = stepContext(environment);
  const { table } = context;
  const s3 = new S3Client({});
  return {
    ...context,
    loadAttachFile: async (run) => (await getDocument(s3, run.spec)) as AttachFile,
    findAttachment: (run) => findAttachment(table, run.cluster),
    remember: (attachment) => rememberAttachment(table, attachment),
  };
}
