import { isMap, isNode, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';
import { pathText } from '../../clusters/fault.ts';
import { jsonOf, keyOf } from './nodes.ts';
import { RULES, type RuleId } from './rules.ts';

/** One thing that the compiler changed. `from` or `to` is null where there was, or is, nothing. */
export type CompileNote = {
  /** Kind and name as written, such as Provisioner/default. */
  readonly resource: string;
  /** In what was written, or in the manifest for what was not there. */
  readonly path: string;
  readonly line: number | undefined;
  readonly rule: RuleId;
  readonly from: unknown;
  readonly to: unknown;
  readonly why: string;
};

/** Something that cannot be carried over, or that Karpenter would refuse. */
export type CompileError = {
  readonly resource: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly message: string;
};

type Place = { readonly path: string; readonly line: number | undefined };
/** Its path is that of `within` and a step more: a path is spelt out only for what is said. */
type Origin = { readonly within: Origin | undefined; readonly step: string | number; readonly offset: number };

/** Where each node stood in what was written. It outlives moves: nodes are moved, not copied. */
export class Origins {
  readonly #origins = new Map<object, Origin>();
  readonly #lines: LineCounter | undefined;

  constructor(lines: LineCounter | undefined) {
    this.#lines = lines;
  }

  /** Remembers the tree of a file or of one of its documents. */
  remember(root: unknown): void {
    if (isNode(root)) this.#remember(root, { within: undefined, step: '', offset: root.range?.[0] ?? 0 });
  }

  #remember(node: Node, origin: Origin): void {
    this.#origins.set(node, origin);
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        if (isNode(item)) this.#remember(item, { within: origin, step: index, offset: item.range?.[0] ?? 0 });
      });
    }
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const { key, value } = pair;
      const start = isScalar(key) ? key.range?.[0] : undefined;
      const step = { within: origin, step: keyOf(pair), offset: start ?? 0 };
      if (isNode(key)) this.#origins.set(key, step);
      if (isNode(value)) {
        this.#remember(value, start === undefined ? { ...step, offset: value.range?.[0] ?? 0 } : step);
      }
    }
  }

  /** Gives a tree that was made the place of what it was made of. */
  adopt(made: Node, at: unknown): void {
    const origin = isNode(at) ? this.#origins.get(at) : undefined;
    if (origin) this.#origins.set(made, origin);
  }

  of(at: Node | Pair | undefined): Place | undefined {
    const candidates = isNode(at) ? [at] : [at?.key, at?.value];
    const origin = candidates.map((node) => (isNode(node) ? this.#origins.get(node) : undefined)).find(Boolean);
    if (!origin) return undefined;
    return { path: pathText(stepsOf(origin)), line: this.#lines?.linePos(origin.offset).line };
  }

  /** What was written nearest to a path of the compiled tree, and the path of it there. */
  nearest(root: Node, path: string): (Place & { readonly at: string }) | undefined {
    const base = this.of(root);
    let found = base && { ...base, at: '' };
    let node: unknown = root;
    let rest = path;
    while (rest !== '') {
      const step = stepInto(node, rest);
      if (!step) break;
      const origin = this.of(step.pair) ?? (isNode(step.next) ? this.of(step.next) : undefined);
      rest = step.rest;
      if (origin) found = { ...origin, at: path.slice(0, path.length - rest.length).replace(/\.$/, '') };
      node = step.next;
    }
    return found;
  }
}

function stepsOf(origin: Origin): (string | number)[] {
  const steps: (string | number)[] = [];
  for (let at: Origin | undefined = origin; at?.within; at = at.within) steps.unshift(at.step);
  return steps;
}

type Step = { readonly pair: Pair | undefined; readonly next: unknown; readonly rest: string };

/** A key may hold dots itself, so the longest that fits is the one that is meant. */
function stepInto(node: unknown, path: string): Step | undefined {
  if (isSeq(node)) {
    const match = /^(?:\[(\d+)\]|(\d+)(?=$|[.[]))\.?/.exec(path);
    const next = match ? node.items[Number(match[1] ?? match[2])] : undefined;
    return match && next !== undefined ? { pair: undefined, next, rest: path.slice(match[0].length) } : undefined;
  }
  if (!isMap(node)) return undefined;
  const fitting = node.items.flatMap((pair) => {
    const key = keyOf(pair);
    const spelling = [key, `["${key}"]`].find(
      (text) => path.startsWith(text) && /^$|^[.[]/.test(path.slice(text.length)),
    );
    if (spelling === undefined) return [];
    return [{ pair, next: pair.value, rest: path.slice(spelling.length).replace(/^\./, '') }];
  });
  return fitting.sort((a, b) => a.rest.length - b.rest.length)[0];
}

/** Collects what is said about one resource. */
export class Reporter {
  readonly notes: CompileNote[] = [];
  readonly errors: CompileError[] = [];
  /** Paths of the manifest at which a fault would only repeat what is said already. */
  readonly #settled = new Set<string>();
  readonly resource: string;
  readonly origins: Origins;
  readonly #root: Node;

  constructor(resource: string, origins: Origins, root: Node) {
    this.resource = resource;
    this.origins = origins;
    this.#root = root;
  }

  note(rule: RuleId, at: Node | Pair | string, from: unknown, to: unknown, why: string = RULES[rule]): void {
    const { path, line } = this.#place(at);
    const plain = (value: unknown) => (isNode(value) ? jsonOf(value) : (value ?? null));
    this.notes.push({ resource: this.resource, path, line, rule, from: plain(from), to: plain(to), why });
  }

  error(at: Node | Pair | string, message: string): void {
    this.errors.push({ resource: this.resource, ...this.#place(at), message });
  }

  /** Says that whatever is wrong at these paths of the manifest follows from an error that is said already. */
  settle(...paths: readonly string[]): void {
    for (const path of paths) this.#settled.add(path);
  }

  /** Where no more is to be said: paths in the file. */
  said(): string[] {
    return [...this.errors.map(({ path }) => path), ...[...this.#settled].map((path) => `${this.#base()}${path}`)];
  }

  /** A fault of the compiled manifest, at its path there. */
  fault(path: string, message: string): void {
    if (this.#settled.has(path)) return;
    const place = this.#placeOf(path);
    const moved = place.path === `${this.#base()}${path}` ? message : `${message} (in v1 at ${path})`;
    this.errors.push({ resource: this.resource, ...place, message: moved });
  }

  /** `at` is what the note is about, or a path in the manifest for what was not written. */
  #place(at: Node | Pair | string): Place {
    if (typeof at === 'string') return this.#placeOf(at);
    return this.origins.of(at) ?? this.origins.of(this.#root) ?? { path: '', line: undefined };
  }

  #base(): string {
    const base = this.origins.of(this.#root)?.path ?? '';
    return base === '' ? '' : `${base}.`;
  }

  /** As much of the path as was written, at its place there, and the rest of it. */
  #placeOf(path: string): Place {
    const near = this.origins.nearest(this.#root, path);
    if (!near) return { path, line: undefined };
    const rest = path.slice(near.at.length).replace(/^\./, '');
    const dot = near.path === '' || rest === '' || rest.startsWith('[') ? '' : '.';
    return { path: `${near.path}${dot}${rest}`, line: near.line };
  }
}

/** As they stand in the file. */
export function byLine<T extends { readonly line: number | undefined }>(said: readonly T[]): T[] {
  return said.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
