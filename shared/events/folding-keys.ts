import { elementsAt, type Member, membersAt } from './json-spans.ts';
import { type Field, folded, type Shape } from './shape.ts';

/** A stretch of a text and what takes its place. */
export type Edit = { readonly from: number; readonly to: number; readonly text: string };

/** Whether Go would decode a key, which is no field, into one that is spelled otherwise. */
function isMisspelt(key: string, shape: Shape): boolean {
  return shape.lengths.has(key.length) && shape.folded.has(folded(key));
}

/** For each member whether Go would take it for a field that another member, or none, is meant to fill. */
function strangers(members: readonly Member[], shape: Shape): boolean[] | undefined {
  let found: boolean[] | undefined;
  for (let index = 0; index < members.length; index += 1) {
    const { key } = members[index] as Member;
    // Of a key that is there twice the last one counts, here and there; but there null and objects are merged into what was.
    const isStranger = shape.fields.has(key) ? isRepeated(members, index) : isMisspelt(key, shape);
    if (!isStranger) continue;
    found ??= members.map(() => false);
    found[index] = true;
  }
  return found;
}

function isRepeated(members: readonly Member[], index: number): boolean {
  const key = members[index]?.key;
  for (let later = index + 1; later < members.length; later += 1) if (members[later]?.key === key) return true;
  return false;
}

function cuts(members: readonly Member[], isCut: readonly boolean[]): Edit[] {
  const edits: Edit[] = [];
  let isAnyKept = false;
  members.forEach(({ keyAt, to }, index) => {
    const previous = members[index - 1];
    const next = members[index + 1];
    if (!isCut[index]) isAnyKept = true;
    else if (isAnyKept && previous) edits.push({ from: previous.to, to, text: '' });
    else edits.push({ from: keyAt, to: next?.keyAt ?? to, text: '' });
  });
  return edits;
}

/**
 * The edits that remove, from the object at `at`, every key that Go's case-insensitive decoder would take for one of the shape's
 * fields though it is spelled otherwise, and all but the last of a field that is there twice; also inside the objects that the
 * shape names. Pushes them to `edits`, in the order of the text.
 */
export function cutFoldingKeys(text: string, members: readonly Member[], shape: Shape, edits: Edit[]): void {
  const isCut = strangers(members, shape);
  if (isCut) edits.push(...cuts(members, isCut));
  for (let index = 0; index < members.length; index += 1) {
    const { key, from } = members[index] as Member;
    const field: Field | undefined = shape.fields.get(key);
    if (field === undefined || typeof field === 'string' || isCut?.[index]) continue;
    if ('object' in field) cutFoldingKeys(text, membersAt(text, from), field.object, edits);
    else {
      for (const element of elementsAt(text, from)) {
        cutFoldingKeys(text, membersAt(text, element.from), field.objects, edits);
      }
    }
  }
}

/** The text with the edits made. They must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from || a.to - b.to)) {
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at);
}
