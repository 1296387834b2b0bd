import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { JsonSchema } from '../../../shared/kube/schema/types.ts';

export type ReleasedCrd = {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly shortNames?: string[];
      categories: string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly subresources: Record<string, unknown>;
      readonly schema: { readonly openAPIV3Schema: JsonSchema };
    }[];
  };
};

const folder =
  process.env['KARPENTER_CRDS_DIR'] ??
  fileURLToPath(new URL('../../../../shared/karpenter/crds-v1.14.1', import.meta.url));

/** The CRDs of the Karpenter release by kind; undefined where they are not beside the checkout. */
export function releasedCrds(): ReadonlyMap<string, ReleasedCrd> | undefined {
  if (!existsSync(folder)) return undefined;
  const crds = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as ReleasedCrd);
  return new Map(crds.map((crd) => [crd.spec.names.kind, crd]));
}

/** The schema of the one version that a released CRD serves. */
export function schemaOf(crd: ReleasedCrd): JsonSchema {
  const [version, ...others] = crd.spec.versions;
  if (!version || others.length > 0) throw new Error(`${crd.spec.names.kind}: one version was expected`);
  return version.schema.openAPIV3Schema;
}
