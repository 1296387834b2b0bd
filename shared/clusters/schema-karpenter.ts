import * as z from 'zod';
import { cpuQuantity, dnsLabel, goDuration, karpenterVersion, memoryQuantity } from './schema-values.ts';

const resourceList = () =>
  z.strictObject({ cpu: cpuQuantity().default('1'), memory: memoryQuantity().default('1Gi') }).prefault({});

const featureGates = z.strictObject({
  nodeRepair: z.boolean().default(false),
  nodeOverlay: z.boolean().default(false),
  spotToSpotConsolidation: z.boolean().default(false),
  staticCapacity: z.boolean().default(false),
  capacityBuffer: z.boolean().default(false),
  reservedCapacity: z.boolean().default(true),
});

/** The chart's `settings`, with the chart's defaults, without what Joinery sets itself. */
export const settingsSchema = z.strictObject({
  batchMaxDuration: goDuration('10s').default('10s').describe('Longest wait for more pods before nodes are chosen.'),
  batchIdleDuration: goDuration('1s').default('1s').describe('Wait after the last new pod before nodes are chosen.'),
  preferencePolicy: z.enum(['Respect', 'Ignore']).default('Respect'),
  minValuesPolicy: z.enum(['Strict', 'BestEffort']).default('Strict'),
  vmMemoryOverheadPercent: z.number().min(0).max(1).default(0.075).describe('A fraction: 0.075 is 7.5 percent.'),
  reservedENIs: z.int().min(0).max(15).default(0),
  ignoreDRARequests: z.boolean().default(true),
  isolatedVPC: z.boolean().default(false),
  eksControlPlane: z.boolean().default(false),
  enableZonalShift: z
    .boolean()
    .default(false)
    .describe('Only for a cluster that is registered with ARC: the controller crashes at start otherwise.'),
  disableClusterStateObservability: z.boolean().default(false),
  disableDryRun: z.boolean().default(false),
  amiRefreshInterval: goDuration('1m').default('1m'),
  subnetRefreshInterval: goDuration('1m').default('1m'),
  featureGates: featureGates.prefault({}),
});

/** Settings that follow from the cluster; a file that gives one is refused with this reason. */
export const OWN_SETTINGS: Readonly<Record<string, string>> = {
  clusterName: 'is set by Joinery from metadata.name',
  clusterEndpoint: 'is set by Joinery from the cluster',
  clusterCABundle: 'is set by Joinery from the cluster',
  interruptionQueue: "is set by Joinery from the cluster's own queue",
};

export const karpenterSchema = z.strictObject({
  version: karpenterVersion.default('1.14.1'),
  namespace: dnsLabel.default('kube-system'),
  settings: settingsSchema.prefault({}),
  resources: z
    .strictObject({ requests: resourceList(), limits: resourceList() })
    .prefault({})
    .describe('Of each of the two controller replicas.'),
});
