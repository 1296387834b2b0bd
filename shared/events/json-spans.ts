/** Where a value stands in a JSON text: from its first character to the one after its last. */
export type Span = { readonly from: number; readonly to: number };

/** One member of an object, with the place of its value. `keyAt` is the opening quote of its key. */
export type Member = Span & { readonly key: string; readonly keyAt: number };

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/*
 * These read text that JSON.parse has accepted. They exist because JSON.parse forgets what a repair needs: where things stand,
 * and that a key was there twice.
 */

function skipSpace(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= 32) next += 1;
  return next;
}

function endOfString(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  for (;;) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
}

/** Nothing here recurses: a text can be nested as deep as it is long. */
function endOfNested(text: string, at: number): number {
  let depth = 0;
  let next = at;
  do {
    const code = text.charCodeAt(next);
    if (code === QUOTE) {
      next = endOfString(text, next);
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    next += 1;
  } while (depth > 0);
  return next;
}

function endOfValue(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === QUOTE) return endOfString(text, at);
  if (code === OPEN_OBJECT || code === OPEN_LIST) return endOfNested(text, at);
  let next = at + 1;
  for (; next < text.length; next += 1) {
    const character = text.charCodeAt(next);
    if (character <= 32 || character === COMMA || character === CLOSE_OBJECT || character === CLOSE_LIST) break;
  }
  return next;
}

function keyOf(text: string, from: number, to: number): string {
  const plain = text.slice(from + 1, to - 1);
  return plain.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : plain;
}

/** The members of the object that the value at `at` is, in their order, repeated keys included. None where it is no object. */
export function membersAt(text: string, at: number): Member[] {
  const members: Member[] = [];
  let next = skipSpace(text, at);
  if (text.charCodeAt(next) !== OPEN_OBJECT) return members;
  next = skipSpace(text, next + 1);
  while (text.charCodeAt(next) === QUOTE) {
    const keyAt = next;
    const keyEnd = endOfString(text, keyAt);
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = endOfValue(text, from);
    members.push({ key: keyOf(text, keyAt, keyEnd), keyAt, from, to });
    next = skipSpace(text, to);
    if (text.charCodeAt(next) === COMMA) next = skipSpace(text, next + 1);
  }
  return members;
}

/** The elements of the array that the value at `at` is. None where it is no array. */
export function elementsAt(text: string, at: number): Span[] {
  const elements: Span[] = [];
  let next = skipSpace(text, at);
  if (text.charCodeAt(next) !== OPEN_LIST) return elements;
  next = skipSpace(text, next + 1);
  while (next < text.length && text.charCodeAt(next) !== CLOSE_LIST) {
    const to = endOfValue(text, next);
    elements.push({ from: next, to });
    next = skipSpace(text, to);
    if (text.charCodeAt(next) === COMMA) next = skipSpace(text, next + 1);
  }
  return elements;
}

/** Whether anything in the text lies in more than `levels` objects and arrays. */
export function isDeeperThan(text: string, levels: number): boolean {
  if (text.length < 2 * levels) return false;
  let depth = 0;
  for (let next = 0; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) next = endOfString(text, next) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
