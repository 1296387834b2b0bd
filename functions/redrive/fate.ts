import type { Letter } from '../../shared/aws/letters.ts';

/** What becomes of a message of a dead-letter queue. */
export type Fate =
  | { readonly state: 'redriven' }
  /** Nothing is to be done for it any more: it is archived. */
  | { readonly state: 'dropped'; readonly reason: string }
  /** It stays where it is. */
  | { readonly state: 'kept'; readonly reason: string };

/** Sees to messages, as many as one call of SQS gives, and says what became of each. A dry run only says. */
export type Replay = (letters: readonly Letter[], options: { readonly dryRun: boolean }) => Promise<readonly Fate[]>;

export const REDRIVEN: Fate = { state: 'redriven' };

/** The fates of letters of which some are too old to matter; the others are seen to together. */
export async function unlessOlder(
  letters: readonly Letter[],
  olderThanMs: number,
  nowMs: number,
  seeTo: (letters: readonly Letter[]) => Promise<readonly Fate[]>,
): Promise<Fate[]> {
  const isOld = ({ sentMs = nowMs }: Letter) => nowMs - sentMs > olderThanMs;
  const fates = await seeTo(letters.filter((letter) => !isOld(letter)));
  let next = 0;
  return letters.map((letter) => {
    if (isOld(letter)) return { state: 'dropped', reason: 'too-old' };
    next += 1;
    return fates[next - 1] ?? { state: 'kept', reason: 'unknown' };
  });
}
