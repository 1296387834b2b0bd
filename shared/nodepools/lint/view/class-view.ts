import type { JsonObject } from '../../../kube/schema/values.ts';
import { objectAt, objectsAt } from '../../read-object.ts';
import type { LintSubnet } from '../context.ts';
import { textOf } from './text.ts';

/** An EC2NodeClass as the rules read it. */
export type ClassView = {
  readonly resource: string;
  readonly name: string;
  readonly object: JsonObject;
  readonly spec: JsonObject;
};

export function classViewOf(object: JsonObject): ClassView {
  const name = textOf(objectAt(object, 'metadata')['name']);
  return { resource: `EC2NodeClass/${name}`, name, object, spec: objectAt(object, 'spec') };
}

/** The subnets that a term of subnetSelectorTerms selects. */
export function subnetsOfTerm(term: JsonObject, subnets: readonly LintSubnet[]): readonly LintSubnet[] {
  const { id } = term;
  if (typeof id === 'string') return subnets.filter((subnet) => subnet.id === id);
  const wanted = Object.entries(objectAt(term, 'tags'));
  return subnets.filter(({ tags }) =>
    wanted.every(([key, value]) => Object.hasOwn(tags, key) && (value === '*' || tags[key] === value)),
  );
}

export function subnetsOfClass({ spec }: ClassView, subnets: readonly LintSubnet[]): readonly LintSubnet[] {
  const found = objectsAt(spec, 'subnetSelectorTerms').flatMap((term) => subnetsOfTerm(term, subnets));
  return [...new Set(found)];
}
