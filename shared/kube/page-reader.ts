import { type Sample, sampleOf, type WantedFamilies } from './metrics-page.ts';

const NEWLINE = 0x0a;
const HASH = 0x23;
const OPEN_BRACE = 0x7b;
const SPACE = 0x20;
/** A line of a page has a thousand bytes or two; what is as long as this is none. */
const LONGEST_LINE = 2 ** 20;

export type PageReader = {
  /** Takes the next bytes; they are the caller's again afterwards. */
  write(chunk: Buffer): void;
  end(): ReadPage;
};

export type ReadPage = {
  readonly samples: readonly Sample[];
  readonly bytes: number;
  /** Lines of wanted families that are no samples. */
  readonly malformed: number;
  /** Whether the last line was whole: the text format ends every line. */
  readonly isWhole: boolean;
};

/**
 * Reads a metrics page while it arrives and keeps the wanted families. A line that is not wanted is neither decoded nor copied: its
 * name alone is compared, so that a page of a hundred megabytes costs little more than finding its line ends.
 */
export function pageReader(wanted: WantedFamilies): PageReader {
  const samples: Sample[] = [];
  let malformed = 0;
  let bytes = 0;
  let isWhole = false;
  /** The beginning of a line whose end is yet to come. */
  let begun: Buffer[] = [];
  let begunBytes = 0;

  const take = (buffer: Buffer, from: number, to: number): void => {
    if (from >= to || buffer[from] === HASH) return;
    let end = from;
    while (end < to && buffer[end] !== OPEN_BRACE && buffer[end] !== SPACE) end += 1;
    if (!wanted.has(buffer.toString('latin1', from, end))) return;
    const sample = sampleOf(buffer.toString('utf8', from, to), wanted);
    if (sample) samples.push(sample);
    else malformed += 1;
  };

  return {
    write(chunk) {
      if (chunk.length === 0) return;
      bytes += chunk.length;
      isWhole = chunk[chunk.length - 1] === NEWLINE;
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        if (begunBytes > LONGEST_LINE) malformed += 1;
        else if (begunBytes > 0) {
          const line = Buffer.concat([...begun, chunk.subarray(0, at)]);
          take(line, 0, line.length);
        } else take(chunk, from, at);
        begun = [];
        begunBytes = 0;
        from = at + 1;
      }
      begunBytes += chunk.length - from;
      if (begunBytes > LONGEST_LINE) begun = [];
      else if (from < chunk.length) begun.push(Buffer.from(chunk.subarray(from)));
    },
    end() {
      return { samples, bytes, malformed, isWhole };
    },
  };
}
