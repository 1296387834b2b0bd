import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonSchema } from '../../shared/kube/schema/types.ts';
import { validateStructural } from '../../shared/kube/schema/validate-structural.ts';
import type { JsonObject } from '../../shared/kube/schema/values.ts';
import { KARPENTER_KINDS, type KarpenterKind } from '../../shared/nodepools/kinds.ts';
import { buildNodeClass } from '../../shared/nodepools/profiles/build-node-class.ts';
import { PROFILE_NAMES, profileNodeClass, profileNodePool } from '../../shared/nodepools/profiles/catalogue.ts';
import { schemaFaults } from '../../shared/nodepools/validate-manifest.ts';
import { ajvVerdict } from '../support/karpenter-crds/ajv-verdict.ts';
import { BASE_MANIFESTS, type Manifest } from '../support/karpenter-crds/base-manifests.ts';
import { CASES } from '../support/karpenter-crds/cases.ts';
import { brokenRules, rulesIn } from '../support/karpenter-crds/cel-verdict.ts';
import { changed, pathsIn, REMOVED } from '../support/karpenter-crds/change.ts';
import { NODE_CLASS_CASES } from '../support/karpenter-crds/node-class-cases.ts';
import { patternsIn, probedManifests, unusedFields } from '../support/karpenter-crds/probes.ts';
import { releasedCrds, schemaOf } from '../support/karpenter-crds/released-crds.ts';
import { TEXTS } from '../support/karpenter-crds/texts.ts';

/** Every probe takes half a minute on a busy machine; a prime step meets every kind of probe in turn. */
const PROBE_STEP = process.env['ALL_PROBES'] ? 1 : 5;
const released = releasedCrds();
const cases = [...CASES, ...NODE_CLASS_CASES];

function kindNamed(name: string): KarpenterKind {
  const kind = KARPENTER_KINDS.find((entry) => entry.kind === name);
  if (!kind) throw new Error(`no kind is called ${name}`);
  return kind;
}

const ours = (manifest: Manifest, old?: Manifest) =>
  schemaFaults(kindNamed(manifest.kind), manifest as JsonObject, old as JsonObject | undefined);

describe('our schemas of the Karpenter kinds', () => {
  it.each(BASE_MANIFESTS.map((manifest) => [manifest.metadata['name'], manifest] as const))(
    'take the base manifest %s',
    (_, manifest) => {
      expect(ours(manifest)).toEqual([]);
    },
  );

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, { manifest, old, isAccepted }) => {
    const faults = ours(manifest, old);

    expect(faults.length === 0 ? 'accepted' : faults).toEqual(isAccepted ? 'accepted' : expect.any(Array));
  });

  it('have no rule that no case breaks', () => {
    const broken = new Set(
      cases.flatMap(({ manifest, old }) =>
        brokenRules(kindNamed(manifest.kind).schema, withDefaults(ownAjv, manifest), old),
      ),
    );

    const unbroken = KARPENTER_KINDS.flatMap(({ schema }) => rulesIn(schema)).filter((rule) => !broken.has(rule));

    expect(unbroken).toEqual([]);
  });
});

type Check = (value: unknown) => string[];
const checks = (schemas: readonly (readonly [string, JsonSchema])[]) =>
  new Map<string, Check>(schemas.map(([kind, schema]) => [kind, ajvVerdict(schema)]));
const ownAjv = checks(KARPENTER_KINDS.map(({ kind, schema }) => [kind, schema]));

/** A copy with the defaults that ajv fills in. */
function withDefaults(ajv: ReadonlyMap<string, Check>, manifest: Manifest): Manifest {
  const copy = changed(manifest, ['kind'], manifest.kind);
  ajv.get(manifest.kind)?.(copy);
  return copy;
}

if (released === undefined) {
  process.stdout.write('karpenter-crds: skipped the comparison: the released CRDs are not beside the checkout\n');
} else {
  const crds = released;
  const schemas = new Map([...crds].map(([kind, crd]) => [kind, schemaOf(crd)]));
  const ajv = checks([...schemas]);
  const theirs = (manifest: Manifest, old?: Manifest): string[] => {
    const copy = changed(manifest, ['kind'], manifest.kind);
    const structural = ajv.get(manifest.kind)?.(copy) ?? ['unknown kind'];
    // As the API server does: rules speak of well-formed objects only.
    return structural.length > 0 ? structural : brokenRules(schemas.get(manifest.kind) ?? {}, copy, old);
  };
  const compare = (manifest: Manifest, old?: Manifest) => {
    const [we, they] = [ours(manifest, old), theirs(manifest, old)];
    return (we.length === 0) === (they.length === 0) ? undefined : { ours: we, theirs: they };
  };

  describe('the released CRDs and our schemas', () => {
    it('define the same kinds', () => {
      const summary = (kind: KarpenterKind) => [
        kind.group,
        kind.version,
        kind.scope,
        kind.plural,
        kind.shortNames,
        kind.categories,
      ];

      expect(KARPENTER_KINDS.map((kind) => [kind.kind, ...summary(kind)]).sort()).toEqual(
        [...crds.values()]
          .map(({ spec: { group, scope, names, versions } }) => [
            names.kind,
            group,
            versions[0]?.name,
            scope,
            names.plural,
            names.shortNames ?? [],
            names.categories,
          ])
          .sort(),
      );
    });

    it('have the same fields, limits and defaults', () => {
      for (const { kind, schema } of KARPENTER_KINDS) expect(outline(schema)).toEqual(outline(schemas.get(kind) ?? {}));
    });

    it('are all used by the base manifests', () => {
      const unused = [...schemas].flatMap(([kind, schema]) =>
        unusedFields(
          schema,
          BASE_MANIFESTS.filter((manifest) => manifest.kind === kind),
          kind,
        ),
      );

      expect(unused).toEqual([]);
    });

    it('judge the hand-made cases alike', () => {
      const differences = cases.filter(
        ({ manifest, old, isAccepted }) => (theirs(manifest, old).length === 0) !== isAccepted,
      );

      expect(differences.map(({ name }) => name)).toEqual([]);
    });

    it('have no released rule that no case breaks', () => {
      const broken = new Set(
        cases.flatMap(({ manifest, old }) =>
          brokenRules(schemas.get(manifest.kind) ?? {}, withDefaults(ajv, manifest), old),
        ),
      );

      const unbroken = [...schemas.values()].flatMap(rulesIn).filter((rule) => !broken.has(rule));

      expect(unbroken).toEqual([]);
    });

    it('read each pattern alike', () => {
      const patterns = [...new Set([...schemas.values()].flatMap(patternsIn))];
      const differences = patterns.flatMap((pattern) => {
        const schema: JsonSchema = { type: 'string', pattern };
        const theirCheck = ajvVerdict(schema);
        return TEXTS.filter(
          (text) => (validateStructural(schema, text, 'x').length === 0) !== (theirCheck(text).length === 0),
        ).map((text) => [pattern, text]);
      });

      expect(patterns.length).toBeGreaterThan(20);
      expect(differences).toEqual([]);
    });

    it.each(PROFILE_NAMES)('take the NodePool and EC2NodeClass of the profile %s', (name) => {
      const nodeClass = buildNodeClass(profileNodeClass(name), {
        clusterName: 'banking-prod',
        subnetIds: ['subnet-0a1b2c3d4e5f60001'],
        securityGroupId: 'sg-0a1b2c3d4e5f60001',
        instanceProfile: 'joinery-banking-prod-karpenter-node',
        amiAlias: 'al2023@v20261101',
      });

      expect(theirs(profileNodePool(name))).toEqual([]);
      expect(theirs(nodeClass)).toEqual([]);
    });

    it('judge values at, within and beyond each limit alike', () => {
      const differences: unknown[] = [];
      const seen = new Set<string>();
      let count = 0;
      for (const base of BASE_MANIFESTS) {
        for (const { path, manifest } of probedManifests(schemas.get(base.kind) ?? {}, base, seen)) {
          count += 1;
          if (count % PROBE_STEP !== 0) continue;
          const difference = compare(manifest);
          if (difference) differences.push({ kind: base.kind, path: path.join('.'), ...difference });
        }
      }

      expect(count).toBeGreaterThan(4000);
      expect(differences).toEqual([]);
    });

    it('judge generated manifests alike', () => {
      const value = fc.oneof(
        fc.constantFrom<unknown>(...TEXTS),
        fc.constantFrom<unknown>(REMOVED, true, false, {}, [], 0, 1, -1, 50, 101, 2 ** 31),
      );
      const change = fc.tuple(fc.nat(), value);
      const manifest = fc.tuple(fc.constantFrom(...BASE_MANIFESTS), fc.array(change, { minLength: 1, maxLength: 3 }));

      fc.assert(
        fc.property(manifest, ([base, changes]) => {
          const mutated = changes.reduce((current, [position, replacement]) => {
            const paths = pathsIn(current).filter(([first]) => first === 'spec' || first === 'status');
            const path = paths[position % paths.length];
            return path ? changed(current, path, replacement) : current;
          }, base);

          expect(compare(mutated)).toBeUndefined();
        }),
        { seed: 20261102, numRuns: 500 },
      );
    });
  });
}

/** All that a schema says but for its rules and descriptions, with lists whose order means nothing in one order. */
function outline(schema: JsonSchema): unknown {
  const { properties, items, additionalProperties, required, enum: allowed, ...limits } = schema;
  const entries = Object.entries(properties ?? {}).map(([name, member]) => [name, outline(member)]);
  const { description: _, 'x-kubernetes-validations': __, ...rest } = limits;
  return {
    ...rest,
    required: [...(required ?? [])].sort(),
    allowed: allowed && [...allowed].sort(),
    fields: Object.fromEntries(entries),
    items: items && outline(items),
    others: typeof additionalProperties === 'object' ? outline(additionalProperties) : additionalProperties,
  };
}
