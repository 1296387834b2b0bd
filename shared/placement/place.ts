import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import type { Fault } from '../clusters/fault.ts';
import { pathText } from '../clusters/fault.ts';
import { appendItems, UnchangeableError } from '../yaml/append-items.ts';
import type { ManifestDocument } from '../yaml/read-manifests.ts';
import { type Addition, withAdditions } from './addition.ts';
import { planPlacement } from './plan.ts';
import type { Wish } from './pool.ts';
import { readWorkload, type Workload } from './workload.ts';

type Located = Fault & { readonly line: number };

/** One object of the file, or none where a document is something that has no pods. */
export type Placed = {
  readonly text: string;
  readonly object?: {
    readonly workload: Workload;
    readonly pool: string;
    readonly line: number;
    /** Names of the lists that got something. */
    readonly added: readonly string[];
    readonly faults: readonly Located[];
    readonly warnings: readonly Located[];
    /** As it is with what was added. */
    readonly value: unknown;
  };
  readonly faults: readonly Located[];
};

/** Which pool a workload goes to, or why that cannot be said. */
export type Chooser = (workload: Workload) => Wish | { readonly reason: string };

/** Places the workload of one document. Where something stands against it the text stays as it is. */
export function placeDocument(part: ManifestDocument, choose: Chooser): Placed {
  const read = part.document && readWorkload(part.value);
  if (!read) return { text: part.text, faults: [] };
  if ('fault' in read) {
    const path = pathText(read.fault.path);
    return { text: part.text, faults: [{ path, message: read.fault.message, line: part.lineOf(path) }] };
  }
  const { workload } = read;
  const line = part.lineOf('kind');
  const wish = choose(workload);
  if ('reason' in wish) return { text: part.text, faults: [{ path: '', message: wish.reason, line }] };
  const located = ({ path, message }: Fault): Located => ({
    path,
    message,
    line: path === '' ? line : part.lineOf(path),
  });
  const plan = planPlacement(workload, wish);
  const faults = plan.faults.map(located);
  const changed = faults.length > 0 ? { text: part.text } : edited(part, plan.additions);
  if ('fault' in changed) faults.push(changed.fault);
  const object = {
    workload,
    pool: wish.pool.name,
    line,
    added: 'fault' in changed || faults.length > 0 ? [] : namesOf(plan.additions),
    faults,
    warnings: plan.warnings.map(located),
    value: withAdditions(part.value, plan.additions),
  };
  return { text: 'fault' in changed ? part.text : changed.text, object, faults };
}

const NAMES = [
  'tolerations',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'preferredDuringSchedulingIgnoredDuringExecution',
  'topologySpreadConstraints',
];

function namesOf(additions: readonly Addition[]): string[] {
  return NAMES.filter((name) => additions.some(({ path }) => path.includes(name)));
}

/** Adds one after the other; what comes out is read again and must say exactly what was meant. */
function edited(part: ManifestDocument, additions: readonly Addition[]): { text: string } | { fault: Located } {
  let { text } = part;
  const refuse = (path: string, message: string, line = part.lineOf(path)) => ({ fault: { path, message, line } });
  for (const { path, items } of additions) {
    try {
      text = appendItems(text, parse(text), path, items);
    } catch (error) {
      if (!(error instanceof UnchangeableError)) throw error;
      return refuse(pathText(path), error.message);
    }
  }
  const result = parse(text);
  const isAsMeant =
    result.errors.length === 0 && isDeepStrictEqual(result.toJS(), withAdditions(part.value, additions));
  return isAsMeant
    ? { text }
    : refuse('', 'is written in a way that cannot be changed in place; use --patch', part.lineOf('kind'));
}

function parse(text: string) {
  return parseDocument(text, { version: '1.2', schema: 'core', merge: false, stringKeys: true, prettyErrors: false });
}
