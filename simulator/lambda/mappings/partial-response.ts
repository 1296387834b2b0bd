/** Which messages of a batch a function has not handled, by what it answered to a mapping that reports batch item failures. */
export function failedItems(answer: unknown, messageIds: readonly string[]): readonly string[] {
  if (answer === null || answer === undefined) return [];
  if (typeof answer !== 'object' || Array.isArray(answer)) return messageIds;
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return messageIds;
  const failed = failures.map((failure: unknown) => identifierOf(failure));
  // One entry that names no message of the batch, and Lambda takes the whole batch for failed.
  return failed.every((id) => id !== undefined && messageIds.includes(id)) ? (failed as string[]) : messageIds;
}

function identifierOf(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const { itemIdentifier } = failure as { itemIdentifier?: unknown };
  return typeof itemIdentifier === 'string' && itemIdentifier !== '' ? itemIdentifier : undefined;
}
