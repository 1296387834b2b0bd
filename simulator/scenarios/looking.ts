import type { KubeObject } from '../kubernetes/types.ts';
import type { Stage } from './scenario.ts';

/** EKS replaces a node within a few minutes; ten are beyond anything seen. */
const PATIENCE_SECONDS = 600;

/** Looks every two virtual seconds; undefined when patience ends. */
export async function until<T>({ account }: Stage, look: () => T | undefined): Promise<T | undefined> {
  const endMs = account.simulation.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined || account.simulation.now() >= endMs) return found;
    await account.simulation.sleep(2);
  }
}

export function isReady(object: KubeObject): boolean {
  const conditions = (object.status?.['conditions'] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
