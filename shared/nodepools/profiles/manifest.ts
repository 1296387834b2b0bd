import { OpsError } from '../../errors/ops-error.ts';
import type { Fault } from '../../kube/schema/types.ts';

/** A NodePool or EC2NodeClass, ready to be applied. */
export type KarpenterManifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
};

/** Thrown when a profile with its overrides makes an object that Karpenter would not take. */
export class InvalidProfileError extends OpsError {
  readonly faults: readonly Fault[];

  constructor(what: string, faults: readonly Fault[]) {
    const list = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super('InvalidProfile', `${what} cannot be made: ${list}`, { details: { faults } });
    this.faults = faults;
  }
}
