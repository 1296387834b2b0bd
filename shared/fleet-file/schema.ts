import * as z from 'zod';
import { ACCOUNT_ID, INSTANCE_ID, REGION } from '../events/patterns.ts';

const time = z.iso.datetime({ offset: true });
/** Sums of money and of use are exact, so they travel as text. */
const decimal = z.string().regex(/^\d+(\.\d+)?$/);
const accountId = z.string().regex(ACCOUNT_ID, { error: 'is not an account id of twelve digits' });
const region = z.string().regex(REGION, { error: 'is not the name of a Region' });
const clusterName = z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, { error: 'is not the name of a cluster' });

const clusterSchema = z.looseObject({
  cluster: clusterName,
  accountId,
  region,
  createdAt: time,
  deletedAt: time.nullable(),
  supportType: z.enum(['STANDARD', 'EXTENDED']).describe('What EKS does when standard support of its version ends.'),
  versions: z.array(z.looseObject({ version: z.string(), from: time, endOfStandardSupport: time })),
});

const instanceSchema = z.looseObject({
  instanceId: z.string().regex(INSTANCE_ID, { error: 'is not the id of an instance' }),
  accountId,
  region,
  cluster: clusterName,
  role: z.enum(['karpenter', 'bootstrap']),
  nodePool: z.string().nullable().describe('null on bootstrap nodes'),
  nodeClaim: z.string().nullable().describe('null on bootstrap nodes'),
  instanceType: z.string(),
  zone: z.string(),
  zoneId: z.string(),
  os: z.string(),
  tenancy: z.string(),
  capacityType: z.enum(['spot', 'on-demand', 'reserved']),
  capacityReservation: z.string().nullable(),
  launchedAt: time.describe('when it was running'),
  endedAt: time.nullable().describe('first stopping or shutting-down; null: still running'),
  noticeAt: time.nullable(),
  endReason: z
    .enum([
      'spot-interrupted',
      'capacity-reservation-interrupted',
      'scheduled-change',
      'consolidated',
      'expired',
      'drifted',
      'empty',
      'unhealthy',
      'registration-timeout',
      'launch-failed',
      'terminated',
      'unknown',
    ])
    .nullable(),
  endedBy: z.enum(['ec2', 'karpenter', 'user', 'unknown']).nullable(),
  stateReason: z.string().nullable(),
  source: z.enum(['event', 'reconciled']),
  registeredAt: time.nullable(),
  readyAt: time.nullable(),
  volumes: z.array(
    z.looseObject({
      gib: z.int().nonnegative(),
      type: z.string(),
      iops: z.int().nonnegative(),
      throughputMiBps: z.int().nonnegative(),
    }),
  ),
  publicIpv4Count: z.int().nonnegative(),
  requested: z.looseObject({
    cpuSeconds: decimal,
    memoryGiBSeconds: decimal,
    coveredSeconds: z.number().nonnegative(),
  }),
  allocatable: z.looseObject({ cpu: decimal, memoryGiB: decimal }).nullable(),
  runs: z
    .array(z.looseObject({ startedAt: time, endedAt: time.nullable() }))
    .optional()
    .describe('Each time that it ran, where it was stopped and started again. Left out: from launchedAt to endedAt.'),
});

const reservationSchema = z.looseObject({
  capacityReservation: z.string(),
  accountId,
  region,
  cluster: clusterName.nullable(),
  instanceType: z.string(),
  zone: z.string(),
  os: z.string(),
  tenancy: z.string(),
  count: z.int().positive(),
  available: z.int().nonnegative().optional().describe('How many of them nobody used when it was looked at.'),
  from: time,
  to: time.nullable(),
});

const blockerSchema = z.looseObject({
  kind: z.enum(['disruption-budget', 'pod-disruption-budget', 'do-not-disrupt']),
  name: z
    .string()
    .describe(
      'The budget as it is written, or namespace and name of the PodDisruptionBudget or pod; `its nodes` where nodes have the annotation.',
    ),
  nodes: z.int().positive().describe('How many nodes it holds, on average.'),
});

const nodePoolSchema = z.looseObject({
  cluster: clusterName,
  nodePool: z.string(),
  limits: z.looseObject({ cpu: decimal.optional(), memoryGiB: decimal.optional() }),
  blockers: z
    .array(blockerSchema)
    .optional()
    .describe('What keeps Karpenter from taking nodes of the pool away, as it was seen on the cluster.'),
});

/** A fleet file: the ledger, exported. What is added to it later is not refused. */
export const fleetFileSchema = z.looseObject({
  clusters: z.array(clusterSchema),
  instances: z.array(instanceSchema),
  overhead: z.array(z.looseObject({ service: z.string(), from: time, to: time, cost: decimal })),
  reservations: z
    .array(reservationSchema)
    .optional()
    .describe('On-demand capacity reservations, which cost the same used or not.'),
  nodePools: z.array(nodePoolSchema).optional().describe('Limits of NodePools and what holds their nodes, for advice.'),
  exportedAt: time.optional().describe('Until when the ledger was read. What still runs is charged no further.'),
});

export type FleetFile = z.infer<typeof fleetFileSchema>;
export type FleetInstance = FleetFile['instances'][number];

/** As much of a fleet file as says who owns an instance: a file may be written by hand for that alone. */
export const ownersSchema = z.object({
  clusters: z.array(
    clusterSchema.pick({ cluster: true, accountId: true, region: true }).extend({ deletedAt: time.nullish() }),
  ),
  instances: z.array(
    instanceSchema.pick({ instanceId: true }).extend({ cluster: clusterName.nullable(), launchedAt: time.nullish() }),
  ),
});

export type OwnersFile = z.infer<typeof ownersSchema>;
