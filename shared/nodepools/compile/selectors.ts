import type { YAMLMap } from 'yaml';
import { isJsonObject } from '../../kube/schema/values.ts';
import { MAX_SELECTOR_TERMS } from '../schemas/selector-terms.ts';
import { insert, jsonOf, keyOf, pairAt, renamed, take } from './nodes.ts';
import type { Reporter } from './report.ts';

type Term = Readonly<Record<string, unknown>>;

const ID_KEYS = ['aws-ids', 'aws::ids'];
const NAME_KEY = 'aws::name';
const OWNERS_KEY = 'aws::owners';

function listOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Every way to take one value of each key: a value with commas meant any of them. */
function combinations(entries: readonly (readonly [string, readonly string[]])[]): Readonly<Record<string, string>>[] {
  return entries.reduce<Readonly<Record<string, string>>[]>(
    (found, [key, values]) => found.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}

/** Before the terms are made: lists multiply. */
function countOf(selector: Readonly<Record<string, string>>): number {
  return Object.values(selector).reduce((count, value) => count * Math.max(1, listOf(value).length), 1);
}

function termsOf(selector: Readonly<Record<string, string>>): Term[] {
  const entries = Object.entries(selector);
  const ids = entries.flatMap(([key, value]) => (ID_KEYS.includes(key) ? listOf(value) : []));
  if (ids.length > 0) return ids.map((id) => ({ id }));
  const own = (key: string) => (selector[key] === undefined ? [undefined] : listOf(selector[key]));
  const tags = combinations(
    entries
      .filter(([key]) => key !== NAME_KEY && key !== OWNERS_KEY)
      .map(([key, value]) => [key, value.includes(',') ? listOf(value) : [value]]),
  );
  return own(OWNERS_KEY).flatMap((owner) =>
    own(NAME_KEY).flatMap((name) =>
      tags.map((tag) => ({
        ...(name === undefined ? {} : { name }),
        ...(owner === undefined ? {} : { owner }),
        ...(Object.keys(tag).length > 0 ? { tags: tag } : {}),
      })),
    ),
  );
}

/** Makes terms of a v1alpha1 selector: a map of tags, of ids or, for images, of names and owners. */
export function convertSelector(spec: YAMLMap, field: string, report: Reporter): void {
  const pair = pairAt(spec, field);
  if (!pair) return;
  const name = `${field}Terms`;
  const refuse = (message: string) => {
    report.error(pair, message);
    report.settle(`spec.${name}`, `spec.${field}`);
  };
  const selector = jsonOf(pair);
  if (!isJsonObject(selector) || !Object.values(selector).every((value) => typeof value === 'string')) {
    refuse('must be a map of texts');
    return;
  }
  const keys = Object.keys(selector);
  const idKey = keys.find((key) => ID_KEYS.includes(key));
  if (idKey !== undefined && keys.length > 1) {
    refuse(
      `${idKey} excludes other keys: v1alpha1 refused ${keys.filter((key) => key !== idKey).join(', ')} beside it`,
    );
    return;
  }
  if (pairAt(spec, name)) {
    refuse(`stands beside ${name}: keep one of them`);
    return;
  }
  const isImage = field === 'amiSelector';
  const stray = keys.find((key) => !isImage && key.startsWith('aws::') && !ID_KEYS.includes(key));
  if (stray !== undefined) report.error(pair, `${stray} is no key of ${field}`);
  const texts = selector as Record<string, string>;
  const count = countOf(texts);
  if (count > MAX_SELECTOR_TERMS) {
    refuse(`means ${count} combinations of its lists; v1 takes at most ${MAX_SELECTOR_TERMS} terms`);
    return;
  }
  const terms = termsOf(texts);
  report.note('selector', pair, { [field]: selector }, { [name]: terms });
  const index = spec.items.findIndex((item) => keyOf(item) === field);
  const next = spec.items[index + 1];
  take(spec, field);
  insert(spec, renamed(pair, name, terms), next && keyOf(next));
}
