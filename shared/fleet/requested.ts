import type { Allocatable, Requested } from './instance-record.ts';

const DECIMALS = 6;

type Amounts = { readonly cpu: number; readonly memoryGiB: number };

/** What was requested before, and `amounts` for so many seconds more. */
export function withRequested(before: Requested | null, amounts: Amounts, seconds: number): Requested {
  return {
    cpuSeconds: plus(before?.cpuSeconds, amounts.cpu * seconds),
    memoryGiBSeconds: plus(before?.memoryGiBSeconds, amounts.memoryGiB * seconds),
    coveredSeconds: Math.round(((before?.coveredSeconds ?? 0) + seconds) * 1000) / 1000,
  };
}

export function allocatableOf({ cpu, memoryGiB }: Amounts): Allocatable {
  return { cpu: plus(undefined, cpu), memoryGiB: plus(undefined, memoryGiB) };
}

/** Exact: sums of months must not gather the errors of ten thousand additions. */
function plus(text = '0', more: number): string {
  const sum = micros(text) + micros(Math.max(0, more).toFixed(DECIMALS));
  const digits = String(sum).padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`.replace(/\.?0+$/, '');
}

function micros(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
}
