import { INSTANCE_ID } from '../patterns.ts';
import { type JsonObject, typeOf } from '../shape.ts';
import { quarantine, type Reading, type Refusal } from './kind.ts';

const ACTIONS = ['terminate', 'stop', 'hibernate'];

/** Reads `instance-id` of a detail that names one instance. */
export function readInstance(detail: JsonObject, subject?: string): Reading | Refusal {
  const id = detail['instance-id'];
  if (typeof id !== 'string') {
    return quarantine('instance-id', `detail.instance-id is ${typeOf(id)}, not the id of an instance`);
  }
  if (!INSTANCE_ID.test(id)) return quarantine('instance-id', 'detail.instance-id is not the id of an instance');
  return { instanceIds: [id], subject };
}

/** The action of a notice. Karpenter ignores it, so one that nobody knows keeps no notice back. */
export function actionOf(detail: JsonObject): string | undefined {
  const action = detail['instance-action'];
  return typeof action === 'string' && ACTIONS.includes(action) ? action : undefined;
}
