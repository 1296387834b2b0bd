const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export type ListReader = {
  write(chunk: Buffer): void;
  /** The list without its items. Throws SyntaxError where the text ended before the list did. */
  end(): unknown;
};

/**
 * Takes a Kubernetes list apart while it arrives: `onItem` gets each item, parsed, and a list of a hundred megabytes never is in
 * memory as a whole.
 */
export function listReader(onItem: (item: unknown) => void): ListReader {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let isInItems = false;
  /** Where in the chunk begins what is not taken yet. */
  let from = 0;
  /** What belongs to no item. */
  let envelope = '';
  /** The pieces of an item that began in an earlier chunk. */
  let pieces: Buffer[] = [];

  const open = (chunk: Buffer, at: number): void => {
    if (isInItems && depth === 2) from = at;
    depth += 1;
    if (depth !== 2 || isInItems || chunk[at] !== OPEN_BRACKET) return;
    envelope += chunk.toString('utf8', from, at + 1);
    from = at + 1;
    isInItems = /"items"\s*:\s*\[$/.test(envelope);
  };
  const close = (chunk: Buffer, at: number): void => {
    depth -= 1;
    if (!isInItems || depth > 2) return;
    if (depth === 2) {
      pieces.push(chunk.subarray(from, at + 1));
      onItem(JSON.parse(Buffer.concat(pieces).toString('utf8')));
      pieces = [];
    } else {
      isInItems = false;
      from = at;
    }
  };
  /** Goes to the end of a string, or of the chunk, and gives where that is. */
  const endOfString = (chunk: Buffer, start: number): number => {
    for (let at = start; at < chunk.length; at += 1) {
      if (isEscaped) isEscaped = false;
      else if (chunk[at] === BACKSLASH) isEscaped = true;
      else if (chunk[at] === QUOTE) {
        isInString = false;
        return at;
      }
    }
    return chunk.length;
  };

  return {
    write(chunk) {
      from = 0;
      for (let at = isInString ? endOfString(chunk, 0) + 1 : 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (byte === QUOTE) {
          isInString = true;
          at = endOfString(chunk, at + 1);
        } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) open(chunk, at);
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) close(chunk, at);
      }
      if (!isInItems) envelope += chunk.toString('utf8', from);
      // The chunk is the caller's, who may use it again.
      else if (depth > 2) pieces.push(Buffer.from(chunk.subarray(from)));
    },
    end: () => JSON.parse(envelope) as unknown,
  };
}
