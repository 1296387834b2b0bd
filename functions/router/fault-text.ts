/** An error as a log line has it: its name and the beginning of its words. */
export function faultText(doing: string, error: unknown): string {
  return error instanceof Error ? `${doing}: ${error.name}: ${error.message.slice(0, 200)}` : `${doing}: unknown`;
}
