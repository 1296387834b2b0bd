import type { Pod } from '../kubernetes/controllers/objects.ts';

export type Settings = {
  readonly clusterName: string;
  readonly clusterEndpoint: string;
  /** A name, not a URL; empty: no polling. */
  readonly interruptionQueue: string;
  readonly batchMaxSeconds: number;
  readonly batchIdleSeconds: number;
  readonly vmMemoryOverheadPercent: number;
  readonly reservedEnis: number;
  readonly respectsPreferences: boolean;
  readonly isDryRunDisabled: boolean;
  readonly isIsolatedVpc: boolean;
  readonly isZonalShiftEnabled: boolean;
  readonly refreshSeconds: { readonly amis: number; readonly subnets: number };
};

/** Thrown for an environment that the controller refuses to start with. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6, ns: 1e-9 };

/** Seconds of a Go duration such as 1m30s; undefined for Never and for what is none. */
export function durationSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(h|ms|m|s|us|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g)];
  return parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** The environment that a container is started with, without what is taken from fields. */
export function environmentOf(pod: Pod): Record<string, string> {
  const [container] = pod.spec.containers as readonly { env?: { name: string; value?: string }[] }[];
  return Object.fromEntries((container?.env ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : [])));
}

// A pod's spec stays the same object as long as nobody changes it.
const read = new WeakMap<Pod['spec'], Settings>();

/** The settings of a controller pod; throws with the first setting that it cannot start with. */
export function settingsOf(pod: Pod): Settings {
  const known = read.get(pod.spec) ?? readSettings(pod);
  read.set(pod.spec, known);
  return known;
}

function readSettings(pod: Pod): Settings {
  const environment = environmentOf(pod);
  const text = (name: string, standard = '') => environment[name] ?? standard;
  const seconds = (name: string, standard: string) => {
    const value = durationSeconds(text(name, standard));
    if (value === undefined) throw new InvalidSettingsError(`${name}: ${text(name)} is not a duration`);
    return value;
  };
  const number = (name: string, standard: string) => {
    const value = Number(text(name, standard));
    if (!(value >= 0)) throw new InvalidSettingsError(`${name}: ${text(name)} is not a number of 0 or more`);
    return value;
  };
  const flag = (name: string) => {
    const value = text(name, 'false');
    if (value !== 'true' && value !== 'false') throw new InvalidSettingsError(`${name}: ${value} is not a truth value`);
    return value === 'true';
  };
  if (text('CLUSTER_NAME') === '') throw new InvalidSettingsError('CLUSTER_NAME is missing');
  return {
    clusterName: text('CLUSTER_NAME'),
    clusterEndpoint: text('CLUSTER_ENDPOINT'),
    interruptionQueue: text('INTERRUPTION_QUEUE'),
    batchMaxSeconds: seconds('BATCH_MAX_DURATION', '10s'),
    batchIdleSeconds: seconds('BATCH_IDLE_DURATION', '1s'),
    vmMemoryOverheadPercent: number('VM_MEMORY_OVERHEAD_PERCENT', '0.075'),
    reservedEnis: number('RESERVED_ENIS', '0'),
    respectsPreferences: text('PREFERENCE_POLICY', 'Respect') === 'Respect',
    isDryRunDisabled: flag('DISABLE_DRY_RUN'),
    isIsolatedVpc: flag('ISOLATED_VPC'),
    isZonalShiftEnabled: flag('ENABLE_ZONAL_SHIFT'),
    refreshSeconds: {
      amis: Math.max(60, seconds('AMI_REFRESH_INTERVAL', '1m')),
      subnets: Math.max(60, seconds('SUBNET_REFRESH_INTERVAL', '1m')),
    },
  };
}
