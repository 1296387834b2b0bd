import type { Letter } from '../../../shared/aws/letters.ts';

/** A dead-letter queue as SQS has it: what is received is hidden until it is shown again or deleted. */
export class DeadLetterQueue {
  readonly letters = new Map<string, Letter>();
  private readonly hidden = new Set<string>();

  constructor(bodies: readonly string[], sentMs?: number) {
    for (const [index, body] of bodies.entries()) {
      const id = `m${index}`;
      this.letters.set(id, { messageId: id, receiptHandle: id, body, sentMs });
    }
  }

  get visible(): string[] {
    return [...this.letters.keys()].filter((id) => !this.hidden.has(id));
  }

  /** As if the time of everybody who received something were over. */
  showAll(): void {
    this.hidden.clear();
  }

  receive = async (_url: string, { most }: { readonly most: number }): Promise<Letter[]> => {
    const ids = this.visible.slice(0, most);
    for (const id of ids) this.hidden.add(id);
    return ids.flatMap((id) => this.letters.get(id) ?? []);
  };

  remove = async (_url: string, handles: readonly string[]) => {
    for (const id of handles) this.letters.delete(id);
    return [];
  };

  hide = async (_url: string, messages: readonly { readonly receiptHandle: string; readonly seconds: number }[]) => {
    for (const { receiptHandle, seconds } of messages) if (seconds === 0) this.hidden.delete(receiptHandle);
  };
}
