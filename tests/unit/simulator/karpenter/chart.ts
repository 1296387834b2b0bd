import { customResourceDefinition } from '../../../../shared/nodepools/custom-resource-definition.ts';
import { KARPENTER_KINDS } from '../../../../shared/nodepools/kinds.ts';
import type { KubeObject } from '../../../../simulator/kubernetes/types.ts';
import { helmTemplate } from '../../../support/helm-template.ts';

const chart = new URL('../../../../charts/stand-in/karpenter', import.meta.url).pathname;

const rendered = new Map<string, string>();

/** What helm installs for the controller, with these settings; rendered once. */
export function karpenterObjects(settings: Record<string, unknown> = {}): KubeObject[] {
  const key = JSON.stringify(settings);
  const values = {
    settings: { clusterName: 'banking', ...settings },
    controller: { resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } } },
  };
  if (!rendered.has(key)) rendered.set(key, JSON.stringify(helmTemplate(chart, values, '--skip-crds')));
  return JSON.parse(rendered.get(key) ?? '[]') as KubeObject[];
}

export function definitions(): KubeObject[] {
  return KARPENTER_KINDS.map((kind) => customResourceDefinition(kind) as KubeObject);
}
