/** What the snapshot does not say is 'unknown'; what the type does not have is undefined. */
export type Known<T> = T | 'unknown';

type UsageClass = 'on-demand' | 'spot' | 'capacity-block';

/** A device as DescribeInstanceTypes names it; `memoryMiB` is that of one. */
type Gpu = {
  readonly name: string;
  readonly manufacturer: string;
  readonly count: number;
  readonly memoryMiB: number;
};

type Accelerator = { readonly name: string; readonly manufacturer: string; readonly count: number };

/** One EC2 instance type as the snapshot knows it. */
export type InstanceType = {
  readonly name: string;
  /** Before and after the dot of the name. */
  readonly family: string;
  readonly size: string;
  /** As Karpenter reads them from the name; undefined where it cannot (mac-m4 and the like). */
  readonly category: string | undefined;
  readonly generation: number | undefined;
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** As Kubernetes says it; undefined for the Mac types, which Karpenter never launches. */
  readonly arch: 'amd64' | 'arm64' | undefined;
  readonly cpuManufacturer: string;
  /** Undefined for bare metal. */
  readonly hypervisor: 'nitro' | 'xen' | undefined;
  readonly isCurrent: boolean;
  readonly isBareMetal: boolean;
  readonly isBurstable: boolean;
  readonly usageClasses: readonly UsageClass[];
  readonly interfaces: number;
  /** Interfaces of the default network card, the only one whose addresses pods get. */
  readonly cardInterfaces: Known<number>;
  readonly ipv4PerInterface: number;
  /** As EC2 words it, such as `Up to 12.5 Gigabit`. */
  readonly networkPerformance: string;
  /** Sustained, not burst. */
  readonly networkMbps: Known<number | undefined>;
  readonly ebsBaselineMbps: Known<number | undefined>;
  readonly ebsMaximumMbps: Known<number | undefined>;
  readonly storageGB: number;
  /** Whether its local disks are NVMe. */
  readonly hasNvme: boolean;
  readonly encryptsInTransit: Known<boolean>;
  readonly hasEnclaves: Known<boolean>;
  readonly clockMhz: Known<number>;
  readonly gpu: Gpu | undefined;
  readonly accelerator: Accelerator | undefined;
  /** Last letters of the zones that offer it, by Region. A Region that is not a key is not in the snapshot. */
  readonly zoneLetters: Readonly<Record<string, string>>;
  /** On-demand, Linux, shared tenancy, US dollars an hour, by Region; no key where no price is known. */
  readonly prices: Readonly<Record<string, string>>;
};
