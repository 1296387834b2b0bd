/** Thrown where something is written that only the library reads. One for all: nobody reads where. */
export const UNUSUAL = new Error('is written in a way that only the YAML library reads');

/** A line with something on it, and what stands above it: empty lines first, then comments at its own column. */
export type Line = {
  /** Of its first letter, and after its last. */
  readonly from: number;
  readonly to: number;
  readonly column: number;
  readonly spaceBefore: boolean;
  readonly commentBefore: string | undefined;
};

/** The lines of a part of a text; comments below the last one, or at another column than what follows, are unusual. */
export function linesOf(text: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  let spaceBefore = false;
  let comment: { readonly column: number; readonly text: string } | undefined;
  for (let at = start; at < end; ) {
    const newline = text.indexOf('\n', at);
    const to = newline === -1 || newline > end ? end : newline;
    let from = at;
    while (text.charCodeAt(from) === SPACE) from += 1;
    const column = from - at;
    at = to + 1;
    if (from >= to) {
      if (comment) throw UNUSUAL;
      spaceBefore = true;
      continue;
    }
    if (comment && comment.column !== column) throw UNUSUAL;
    if (text.charCodeAt(from) === HASH) {
      const said = commentOf(text.slice(from + 1, to));
      comment = { column, text: comment ? `${comment.text}\n${said}` : said };
    } else {
      lines.push({ from, to, column, spaceBefore, commentBefore: comment?.text });
      spaceBefore = false;
      comment = undefined;
    }
  }
  if (comment) throw UNUSUAL;
  return lines;
}

/** The library makes a space of an empty comment, or does not. */
export function commentOf(said: string): string {
  if (said === '') throw UNUSUAL;
  return said;
}

const SPACE = 0x20;
const HASH = 0x23;
