import type { EventKind } from './event.ts';

/** A kind as metrics name it: hibernation begins at once, so its figures stand apart. */
export function kindName<Kind extends EventKind | 'other'>(kind: Kind, subject: string | undefined) {
  return kind === 'spot-interruption' && subject === 'hibernate' ? 'spot-hibernation' : kind;
}
