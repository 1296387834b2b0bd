import type { SelectorTerm } from '../objects.ts';

type Filter = { Name: string; Values: string[] };

function tagFilters(tags: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(tags).map(([key, value]) =>
    value === '*' ? { Name: 'tag-key', Values: [key] } : { Name: `tag:${key}`, Values: [value] },
  );
}

/** One set of filters for each Describe call that the terms need: ids and names together, each set of tags by itself. */
export function filterSets(terms: readonly SelectorTerm[], idFilter: string, nameFilter?: string): Filter[][] {
  const ids = terms.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const names = nameFilter === undefined ? [] : terms.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const tagged = terms.flatMap(({ tags, id, name }) =>
    tags && id === undefined && name === undefined ? [tagFilters(tags)] : [],
  );
  return [
    ...(ids.length > 0 ? [[{ Name: idFilter, Values: ids }]] : []),
    ...(names.length > 0 && nameFilter !== undefined ? [[{ Name: nameFilter, Values: names }]] : []),
    ...tagged,
  ];
}
