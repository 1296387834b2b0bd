import { CLUSTER_NAME } from '../../clusters/names.ts';
import { shapeOf } from '../shape.ts';
import { type Kind, quarantine } from './kind.ts';

export const CANARY_SOURCE = 'joinery.canary';
export const CANARY_DETAIL_TYPE = 'Joinery Canary';

/**
 * Our own event, `detail: { cluster?: string }`: with a cluster it goes to that cluster's queue, without to every queue. Karpenter
 * has no parser for it, counts it as a no_op and deletes it.
 */
export const canary: Kind = {
  kind: 'canary',
  version: '0',
  source: CANARY_SOURCE,
  detailTypes: [CANARY_DETAIL_TYPE],
  shape: shapeOf({}),
  read({ cluster }) {
    if (cluster === undefined || cluster === null) return { instanceIds: [] };
    if (typeof cluster !== 'string' || cluster.length > 100 || !CLUSTER_NAME.test(cluster)) {
      return quarantine('detail', 'detail.cluster is not the name of a cluster');
    }
    return { instanceIds: [], subject: cluster };
  },
};
