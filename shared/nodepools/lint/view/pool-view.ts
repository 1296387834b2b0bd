import type { RequirementExpression } from '../../../instance-types/requirement.ts';
import { isJsonObject, type JsonObject } from '../../../kube/schema/values.ts';
import { objectAt, objectsAt, textsAt } from '../../read-object.ts';
import type { LintContext } from '../context.ts';
import { type ClassView, subnetsOfClass } from './class-view.ts';
import { type PoolTypes, typesOf } from './pool-types.ts';
import { textOf } from './text.ts';

export type PoolRequirement = RequirementExpression & { readonly values: readonly string[]; readonly path: string };

export type Taint = { readonly key: string; readonly value: string; readonly effect: string };

/** A NodePool as the rules read it. */
export type PoolView = {
  readonly resource: string;
  readonly name: string;
  readonly object: JsonObject;
  readonly spec: JsonObject;
  readonly templateSpec: JsonObject;
  /** Of the template. */
  readonly annotations: JsonObject;
  readonly requirements: readonly PoolRequirement[];
  /** The requirements, and the template's labels as Karpenter reads them: as requirements too. */
  readonly allRequirements: readonly PoolRequirement[];
  /** Taints that stay; without a toleration no pod comes or stays where one has NoSchedule or NoExecute. */
  readonly taints: readonly Taint[];
  readonly limits: Readonly<Record<string, string | number>>;
  /** It has replicas: it neither grows with pods nor shrinks. */
  readonly isStatic: boolean;
  readonly weight: number;
  readonly nodeClass: ClassView | undefined;
  /** Undefined while the requirements cannot be read, which other rules say. */
  readonly types: () => PoolTypes | undefined;
  /** The path of the first requirement on the key, or of the requirements. */
  readonly pathOf: (...keys: readonly string[]) => string;
};

const REQUIREMENTS = 'spec.template.spec.requirements';

export function poolViewOf(object: JsonObject, classes: readonly ClassView[], context: LintContext): PoolView {
  const name = textOf(objectAt(object, 'metadata')['name']);
  const spec = objectAt(object, 'spec');
  const templateSpec = objectAt(spec, 'template', 'spec');
  const requirements = objectsAt(templateSpec, 'requirements').map(requirementOf);
  const allRequirements = [...requirements, ...labelRequirements(objectAt(spec, 'template', 'metadata', 'labels'))];
  const nodeClass = classes.find((one) => one.name === objectAt(templateSpec, 'nodeClassRef')['name']);
  const limits = limitsOf(spec['limits']);
  let types: { readonly found: PoolTypes | undefined } | undefined;
  return {
    resource: `NodePool/${name}`,
    name,
    object,
    spec,
    templateSpec,
    annotations: objectAt(spec, 'template', 'metadata', 'annotations'),
    requirements,
    allRequirements,
    taints: objectsAt(templateSpec, 'taints').map(({ key, value, effect }) => ({
      key: textOf(key),
      value: textOf(value),
      effect: textOf(effect),
    })),
    limits,
    isStatic: spec['replicas'] !== undefined,
    weight: typeof spec['weight'] === 'number' ? spec['weight'] : 0,
    nodeClass,
    types: () => {
      types ??= { found: typesOf(allRequirements, limits, selectionOf(nodeClass, context)) };
      return types.found;
    },
    pathOf: (...keys) => requirements.find(({ key }) => keys.includes(key))?.path ?? REQUIREMENTS,
  };
}

function requirementOf(object: JsonObject, index: number): PoolRequirement {
  const { key, operator, minValues } = object;
  return {
    key: textOf(key),
    operator: textOf(operator),
    values: textsAt(object, 'values'),
    ...(typeof minValues === 'number' ? { minValues } : {}),
    path: `${REQUIREMENTS}[${index}]`,
  };
}

function labelRequirements(labels: JsonObject): PoolRequirement[] {
  return Object.entries(labels).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [textOf(value)],
    path: `spec.template.metadata.labels.${key}`,
  }));
}

function limitsOf(limits: unknown): Record<string, string | number> {
  const given = isJsonObject(limits) ? Object.entries(limits) : [];
  return Object.fromEntries(
    given.filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1])),
  );
}

function selectionOf(nodeClass: ClassView | undefined, { region, subnets, types }: LintContext) {
  const zones = nodeClass && subnets && zonesOf(subnetsOfClass(nodeClass, subnets).map(({ zone }) => zone));
  return {
    ...(region === undefined ? {} : { region }),
    // Without a single subnet there is a finding of its own, and no reason to say that no type is offered either.
    ...(zones && zones.length > 0 ? { zones } : {}),
    ...(types ? { types } : {}),
  };
}

function zonesOf(zones: readonly string[]): string[] {
  return [...new Set(zones)].sort();
}
