import type { KarpenterKind } from './kinds.ts';

/** The CustomResourceDefinition of a kind, as JSON: what the stand-in charts install. */
export function customResourceDefinition(kind: KarpenterKind): Record<string, unknown> {
  const { group, version, plural, scope } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations: { 'joinery.dev/stand-in': 'true' } },
    spec: {
      group,
      names: {
        categories: [...kind.categories],
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        ...(kind.shortNames.length > 0 ? { shortNames: [...kind.shortNames] } : {}),
        singular: kind.kind.toLowerCase(),
      },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: kind.printerColumns.map((column) => ({ ...column })),
          schema: { openAPIV3Schema: kind.schema },
          subresources: { ...(kind.scale ? { scale: { ...kind.scale } } : {}), status: {} },
        },
      ],
    },
  };
}
