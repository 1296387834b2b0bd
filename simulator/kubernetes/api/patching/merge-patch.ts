import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import { copyJson } from '../json.ts';

/**
 * Applies a JSON merge patch (RFC 7396) and returns the result; the target stays as it is, and what the patch does not touch
 * is shared with it.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return copyJson(patch);
  const result: Record<string, unknown> = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (value !== undefined) result[name] = applyMergePatch(result[name], value);
  }
  return result;
}
