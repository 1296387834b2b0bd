import * as z from 'zod/mini';
import { OpsError } from '../errors/ops-error.ts';
import { monthOf } from '../fleet/months.ts';

const time = z.iso.datetime({ offset: true });

/** What a state machine carries of the report that it makes: where it goes and what it is about. */
export const reportRefSchema = z.object({
  /** Names the period, and is the folder of everything that is made of it. */
  key: z.string(),
  from: z.string(),
  to: z.string(),
  /** From when on instances and prices are needed: the month's forecast and the period before look further back than the report. */
  needsFrom: z.string(),
  execution: z.string(),
});

export type ReportRef = z.infer<typeof reportRefSchema>;

/** Where a document is: as shared/runs/run.ts has it. */
export const pointerSchema = z.object({ bucket: z.string(), key: z.string(), sha256: z.string() });

const request = z.union([
  z.strictObject({ period: z.enum(['daily', 'monthly']), at: z.optional(time) }),
  z.strictObject({ from: time, to: time }),
]);

export class InvalidReportRequest extends OpsError {
  constructor(why: string) {
    super(
      'InvalidReportRequest',
      `${why}. Start cost-report with {"period":"daily"}, {"period":"monthly"}, either with "at": a time in the day or month after, or with {"from","to"}.`,
    );
  }
}

const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const monthStartMs = (ms: number) => Date.parse(`${monthOf(ms)}-01T00:00:00Z`);

type Period = { readonly key: string; readonly fromMs: number; readonly toMs: number };

/** The whole day or calendar month of UTC before a moment, or the window that was asked for. */
function periodOf(input: z.infer<typeof request>, nowMs: number): Period {
  if ('from' in input) {
    const [fromMs, toMs] = [Date.parse(input.from), Date.parse(input.to)];
    const name = (ms: number) => iso(ms).replaceAll(/[-:]|\.000/g, '');
    return { key: `window/${name(fromMs)}-${name(toMs)}`, fromMs, toMs };
  }
  const atMs = input.at === undefined ? nowMs : Date.parse(input.at);
  if (input.period === 'daily') {
    const toMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    return { key: `daily/${iso(toMs - DAY_MS).slice(0, 10)}`, fromMs: toMs - DAY_MS, toMs };
  }
  const toMs = monthStartMs(atMs);
  const month = monthOf(toMs - 1);
  return { key: `monthly/${month}`, fromMs: monthStartMs(toMs - 1), toMs };
}

/** What is to be reported on, from the input of an execution. Throws InvalidReportRequest. */
export function reportOf(input: unknown, execution: string, nowMs: number): ReportRef {
  const parsed = request.safeParse(input);
  if (!parsed.success) throw new InvalidReportRequest('the input says no period');
  const { key, fromMs, toMs } = periodOf(parsed.data, nowMs);
  if (toMs <= fromMs) throw new InvalidReportRequest(`the period ends at ${iso(toMs)}, and does not begin before that`);
  if (fromMs >= nowMs) throw new InvalidReportRequest(`the period begins at ${iso(fromMs)}, which is still to come`);
  const needsFromMs = Math.max(0, Math.min(fromMs - (toMs - fromMs), monthStartMs(toMs - 1)));
  return { key, from: iso(fromMs), to: iso(toMs), needsFrom: iso(needsFromMs), execution };
}

/** The folder in the documents bucket of what is made of a period. */
export const folderOf = ({ key }: Pick<ReportRef, 'key'>, cluster?: string): string =>
  cluster === undefined ? `reports/${key}/fleet` : `reports/${key}/clusters/${cluster}`;
