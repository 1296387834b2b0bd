import type { InstanceType } from '../../instance-types/instance-type.ts';
import type { Fault } from '../../kube/schema/types.ts';
import type { JsonObject } from '../../kube/schema/values.ts';
import type { RuleId } from './rule-ids.ts';
import type { Workload } from './workload.ts';

/** A finding that is meant: its rule is off, for one resource or for all, with the reason. */
export type Switch = { readonly rule: RuleId; readonly resource?: string | undefined; readonly reason: string };

export type LintSubnet = {
  readonly id: string;
  readonly zone: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** Of a PodDisruptionBudget: whether it allows no eviction at all. */
export type PodBudget = { readonly name: string; readonly blocksAll: boolean };

/** What is known beside the objects. Everything may be left out: a rule that needs what is not known finds nothing. */
export type LintContext = {
  readonly region?: string | undefined;
  /** Production unless it is known not to be. */
  readonly isProduction?: boolean | undefined;
  readonly kubernetesVersion?: string | undefined;
  /** vCPUs that the account may run: of the Standard families, and of G and VT. */
  readonly quotas?:
    | {
        readonly onDemandVcpu: number;
        readonly spotVcpu: number;
        readonly graphicsOnDemandVcpu: number;
        readonly graphicsSpotVcpu: number;
      }
    | undefined;
  /** All that a selector could match. */
  readonly subnets?: readonly LintSubnet[] | undefined;
  /** Those that the Region really offers, in place of the snapshot's. */
  readonly types?: readonly InstanceType[] | undefined;
  readonly workloads?: readonly Workload[] | undefined;
  readonly podBudgets?: readonly PodBudget[] | undefined;
  /** Pools that serve what must stay, with what says so. */
  readonly criticalPools?: ReadonlyMap<string, string> | undefined;
  /** Whether every EC2NodeClass that a pool may name is among the objects. */
  readonly hasAllNodeClasses?: boolean | undefined;
  /** US dollars an hour that a pool may cost at its limits. */
  readonly mostDollarsPerHour?: string | undefined;
  readonly switches?: readonly Switch[] | undefined;
  /** What Karpenter or its CRDs refuse in an object; left out where the objects were checked before. */
  readonly faultsOf?: ((object: JsonObject) => readonly Fault[]) | undefined;
};
