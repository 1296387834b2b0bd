/** More than any file of manifests needs. What is beyond them is refused before it is read: some of it takes a reader minutes. */
const MOST = {
  /** About a thousand node pools have a third of it. */
  separators: 200_000,
  lineLength: 2 ** 20,
  documents: 3000,
  directives: 50,
  comments: 50_000,
};

export type Refusal = { readonly offset: number; readonly message: string };

const SEPARATOR = /[\n,:]/g;
const MARK = /(?:---|\.\.\.)(?=\s|$)/y;
const COMMENT = / *#/y;

/** The first place of a text that is beyond the bounds, with what to do. Takes time in proportion to the text, whatever is in it. */
export function beyondBounds(text: string, isJson: boolean): Refusal | undefined {
  if (hasMore(text.matchAll(SEPARATOR), MOST.separators)) {
    return { offset: 0, message: `has more than ${MOST.separators} lines and values: split it` };
  }
  if (isJson) return undefined;
  const count = { documents: 1, directives: 0, comments: 0 };
  for (let offset = 0; offset < text.length; ) {
    const newline = text.indexOf('\n', offset);
    const end = newline === -1 ? text.length : newline;
    const message = beyondOnLine(text, offset, end, count);
    if (message !== undefined) return { offset, message };
    offset = end + 1;
  }
  return undefined;
}

type Count = { documents: number; directives: number; comments: number };

function beyondOnLine(text: string, start: number, end: number, count: Count): string | undefined {
  if (end - start > MOST.lineLength) return `has a line of more than ${MOST.lineLength} letters: break it`;
  if (text[start] === '%') count.directives += 1;
  if (matchesAt(MARK, text, start)) count.documents += 1;
  if (matchesAt(COMMENT, text, start)) count.comments += 1;
  if (count.directives > MOST.directives) return `has more than ${MOST.directives} YAML directives (%): take them out`;
  if (count.documents > MOST.documents) return `has more than ${MOST.documents} documents: split it`;
  if (count.comments > MOST.comments) return `has more than ${MOST.comments} lines of comments: take some out`;
  return undefined;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function hasMore(matches: Iterable<unknown>, most: number): boolean {
  let count = 0;
  for (const _ of matches) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}
