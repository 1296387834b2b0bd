/** One sample of a metrics page. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** The families that are wanted, each with the labels to keep of it. */
export type WantedFamilies = ReadonlyMap<string, readonly string[]>;

const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;

/**
 * A sample of a line of the text format: undefined for what is not wanted, no number, or not well-formed. NaN is no number;
 * infinities are. Written without patterns: of a large page it reads millions of labels.
 */
export function sampleOf(line: string, wanted: WantedFamilies): Sample | undefined {
  const end = nameLength(line);
  const name = line.slice(0, end);
  const keep = wanted.get(name);
  if (!keep) return undefined;
  const labels: Record<string, string> = {};
  const after = line[end] === '{' ? readLabels(line, end + 1, keep, labels) : end;
  const value = after === undefined ? undefined : numberIn(line.slice(after));
  return value === undefined ? undefined : { name, labels, value };
}

/** Puts the labels to keep into `labels`, and says where they end; undefined where they are not well-formed. */
function readLabels(
  line: string,
  from: number,
  keep: readonly string[],
  labels: Record<string, string>,
): number | undefined {
  let at = from;
  while (line.charCodeAt(at) !== CLOSE) {
    const equals = keyEnd(line, at);
    if (equals === at || line.charCodeAt(equals) !== EQUALS || line.charCodeAt(equals + 1) !== QUOTE) return undefined;
    const quote = closingQuote(line, equals + 2);
    if (quote < 0) return undefined;
    const key = keep.find((label) => label.length === equals - at && line.startsWith(label, at));
    if (key !== undefined) {
      const raw = line.slice(equals + 2, quote);
      labels[key] = raw.includes('\\') ? unescaped(raw) : raw;
    }
    at = quote + 1;
    if (line.charCodeAt(at) === COMMA) at += 1;
    else if (line.charCodeAt(at) !== CLOSE) return undefined;
  }
  return at + 1;
}

function keyEnd(line: string, from: number): number {
  let at = from;
  while (isOfName(line.charCodeAt(at))) at += 1;
  return at;
}

function isOfName(code: number): boolean {
  const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  return isLetter || code === 0x5f || (code >= 0x30 && code <= 0x39);
}

/** The quote that ends a value; one after an odd number of backslashes belongs to it. */
function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && line.charCodeAt(at - backslashes - 1) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

function nameLength(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '{' || character === ' ' || character === '\t') return at;
  }
  return line.length;
}

/** The number, before a timestamp where there is one. */
function numberIn(text: string): number | undefined {
  const [number = '', ...rest] = text.trim().split(/\s+/);
  if (number === '' || rest.length > 1) return undefined;
  if (number === '+Inf') return Infinity;
  if (number === '-Inf') return -Infinity;
  const value = Number(number);
  return Number.isFinite(value) ? value : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
