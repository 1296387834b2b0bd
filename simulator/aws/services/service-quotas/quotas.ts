import type { Simulation } from '../../../core/simulation.ts';

export type Quota = {
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly code: string;
  readonly name: string;
  /** What AWS gives a new account. */
  readonly defaultValue: number;
  /** What the simulated account has been raised to. */
  readonly appliedValue: number;
  readonly isAdjustable: boolean;
};

const EC2 = { serviceCode: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)', isAdjustable: true };

/** The quotas that this project reads or runs into. */
export const QUOTAS: readonly Quota[] = [
  {
    ...EC2,
    code: 'L-1216C47A',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    defaultValue: 5,
    appliedValue: 5000,
  },
  {
    ...EC2,
    code: 'L-34B43A08',
    name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
    defaultValue: 5,
    appliedValue: 5000,
  },
  {
    ...EC2,
    code: 'L-DB2E81BA',
    name: 'Running On-Demand G and VT instances',
    defaultValue: 0,
    appliedValue: 5000,
  },
  {
    ...EC2,
    code: 'L-3819A6DF',
    name: 'All G and VT Spot Instance Requests',
    defaultValue: 0,
    appliedValue: 5000,
  },
  {
    serviceCode: 'eks',
    serviceName: 'Amazon Elastic Kubernetes Service (Amazon EKS)',
    code: 'L-1194D53C',
    name: 'Clusters',
    defaultValue: 100,
    appliedValue: 100,
    isAdjustable: true,
  },
];

type QuotaState = { applied: Record<string, number> };

const initial = (): QuotaState => ({ applied: {} });

/** The value in force, e.g. quotaValue(simulation, 'eks', 'L-1194D53C'). */
export function quotaValue(simulation: Simulation, serviceCode: string, code: string): number {
  const quota = QUOTAS.find((known) => known.serviceCode === serviceCode && known.code === code);
  if (!quota) throw new Error(`no simulated quota ${serviceCode} ${code}`);
  return simulation.state('service-quotas', initial).applied[`${serviceCode}/${code}`] ?? quota.appliedValue;
}

/** Gives the account another value, e.g. too few vCPUs. */
export function setQuota(simulation: Simulation, serviceCode: string, code: string, value: number): void {
  quotaValue(simulation, serviceCode, code);
  simulation.state('service-quotas', initial).applied[`${serviceCode}/${code}`] = value;
}
