import type { JsonSchema } from '../../shared/kube/schema/types.ts';
import type { KubeObject } from '../../simulator/kubernetes/types.ts';

/** A definition of cluster-scoped `Widget` objects with the given schema of spec and of status. */
export function aWidgetDefinition(spec: JsonSchema, status: JsonSchema = { type: 'object' }): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
        },
      ],
    },
  };
}
