import * as z from 'zod/mini';
import type { LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** What attach found and added at a cluster whose Karpenter is somebody else's: detach takes it away by this. */
const attachmentSchema = z.object({
  cluster: z.string(),
  karpenterNamespace: z.string(),
  /** Absent until it is chosen. */
  queue: z.optional(
    z.object({
      owner: z.enum(['theirs', 'ours']),
      name: z.string(),
      url: z.string(),
      arn: z.string(),
      /** Of their queue: the policy before the router was let in, as it was written; empty when there was none. */
      policyBefore: z._default(z.string(), ''),
      /** Of our queue: the role that reads it; empty where it is not known. */
      readerRoleArn: z._default(z.string(), ''),
    }),
  ),
  karpenterVersion: z.optional(z.string()),
});

export type Attachment = z.infer<typeof attachmentSchema>;
export type AttachmentQueue = NonNullable<Attachment['queue']>;

export async function findAttachment(table: LedgerTable, cluster: string): Promise<Attachment | undefined> {
  const stored = await table.get(keyOf(cluster));
  return stored && attachmentSchema.parse(stored);
}

/** Remembers before anything is done; what was remembered first of their queue's policy is kept by the caller. */
export async function rememberAttachment(table: LedgerTable, attachment: Attachment): Promise<void> {
  await table.put(keyOf(attachment.cluster), attachmentSchema.parse(attachment));
}

export async function forgetAttachment(table: LedgerTable, cluster: string): Promise<boolean> {
  return (await table.remove(keyOf(cluster))) !== undefined;
}

function keyOf(cluster: string): LedgerKey {
  return { pk: `CLUSTER#${cluster}`, sk: 'ATTACHMENT' };
}
