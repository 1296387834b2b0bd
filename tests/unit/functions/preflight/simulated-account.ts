import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eksSdk from '@aws-sdk/client-eks';
import * as iamSdk from '@aws-sdk/client-iam';
import * as kmsSdk from '@aws-sdk/client-kms';
import * as quotasSdk from '@aws-sdk/client-service-quotas';
import { accountReader } from '../../../../functions/preflight/account-reader.ts';
import { observe } from '../../../../functions/preflight/observe.ts';
import type { Plan } from '../../../../functions/preflight/plan/plan.ts';
import { preflight } from '../../../../functions/preflight/preflight.ts';
import type { World } from '../../../../functions/preflight/world.ts';
import type { Cluster } from '../../../../shared/clusters/cluster-file.ts';
import { parseClusterFile } from '../../../../shared/clusters/parse.ts';
import type { OwnRow } from '../../../../shared/ledger/registry.ts';
import type { StepResult } from '../../../../shared/runs/run.ts';
import { cloudFormationService } from '../../../../simulator/aws/services/cloudformation/service.ts';
import { ec2ForEks } from '../../../../simulator/aws/services/ec2/eks-port.ts';
import { type NetworkSeed, seedNetwork } from '../../../../simulator/aws/services/ec2/network-seed.ts';
import { ec2Service } from '../../../../simulator/aws/services/ec2/service.ts';
import { iamForEks } from '../../../../simulator/aws/services/eks/adapters.ts';
import type { KubernetesPort } from '../../../../simulator/aws/services/eks/ports.ts';
import { createEksService } from '../../../../simulator/aws/services/eks/service.ts';
import { iamService } from '../../../../simulator/aws/services/iam/service.ts';
import { kmsService } from '../../../../simulator/aws/services/kms/service.ts';
import { serviceQuotasService } from '../../../../simulator/aws/services/service-quotas/service.ts';
import { simulatedClient } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';
import { fakeKubernetes, fakeNodes } from '../../simulator/aws/services/eks/fake-kubernetes.ts';

export const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:bootstrap-cluster:run-1';
const role = (name: string) => `arn:aws:iam::111122223333:role/joinery-kubernetes/${name}`;
export const ROLES = { installer: role('installer'), operator: role('operator'), reader: role('reader') };

export type SimulatedAccount = TestCloud & {
  readonly call: (service: string, name: string, input: object) => Promise<object>;
};

/** An account with the services that the preflight reads, and a network of three private subnets unless seeded otherwise. */
export function anAccount(network: NetworkSeed = {}): SimulatedAccount {
  let kubernetes: KubernetesPort | undefined;
  // EKS is made before the simulation that its Kubernetes lives in.
  const late = new Proxy({} as KubernetesPort, { get: (_, key) => kubernetes?.[key as keyof KubernetesPort] });
  const eks = createEksService({ kubernetes: late, nodes: fakeNodes(late), ec2: ec2ForEks, iam: iamForEks });
  const cloud = startTestCloud([
    { service: cloudFormationService(), sdk: cloudFormationSdk },
    { service: ec2Service, sdk: ec2Sdk },
    { service: eks, sdk: eksSdk },
    { service: iamService, sdk: iamSdk },
    { service: kmsService, sdk: kmsSdk },
    { service: serviceQuotasService, sdk: quotasSdk },
  ]);
  kubernetes = fakeKubernetes(cloud.simulation);
  seedNetwork(cloud.simulation, network);
  const caller = { roleArn: 'arn:aws:iam::111122223333:role/person', sessionName: 'person' };
  const call = (service: string, name: string, input: object) =>
    cloud.simulation.runUntil(cloud.cloud.call(service, name, input, caller)) as Promise<object>;
  return { ...cloud, call };
}

export type Outcome = {
  readonly result: StepResult | undefined;
  readonly error: Error | undefined;
  readonly plan: Plan | undefined;
  readonly intents: readonly string[];
};

type Request = {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly planOnly?: boolean;
  readonly row?: OwnRow;
  readonly chartVersion?: string;
};

/** The small sound cluster file with changes to its spec; `network` may be given in parts. */
function aCluster({ network, ...rest }: Readonly<Record<string, unknown>> = {}): Cluster {
  const parsed = parseClusterFile({
    apiVersion: 'joinery.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'banking-prod' },
    spec: {
      region: PLACE.region,
      kubernetesVersion: '1.35',
      network: { subnetIds: ['subnet-a', 'subnet-b', 'subnet-c'], ...(network as object) },
      ...rest,
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.cluster;
}

function readerOf(cloud: TestCloud['cloud'], chartVersion = '1.14.1') {
  const client = (service: string) => simulatedClient<never>(cloud, service) as never;
  return accountReader(
    {
      cloudFormation: client('CloudFormation'),
      ec2: client('EC2'),
      eks: client('EKS'),
      iam: client('IAM'),
      kms: client('KMS'),
      quotas: client('Service Quotas'),
    },
    { accountId: PLACE.accountId, stackHasVpc: false, chartVersion, roles: ROLES },
  );
}

/** What the preflight sees, for checks and plans of states that are hard to bring about. */
export function lookAt({ simulation, cloud }: SimulatedAccount, { spec, row }: Request = {}): Promise<World> {
  return simulation.runUntil(observe(aCluster(spec), row, readerOf(cloud)));
}

/** Runs the step. */
export async function runPreflight({ simulation, cloud }: SimulatedAccount, request: Request = {}): Promise<Outcome> {
  const cluster = aCluster(request.spec);
  const account = readerOf(cloud, request.chartVersion);
  let plan: Plan | undefined;
  const intents: string[] = [];
  const run = {
    cluster: 'banking-prod',
    rootExecution: EXECUTION,
    fence: 1,
    spec: { bucket: 'documents', key: 'cluster.json', sha256: '' },
    startedAt: '2026-11-02T08:00:00.000Z',
    planOnly: request.planOnly ?? false,
    smokeTest: true,
  };
  const ended = preflight(
    { step: 'preflight', run, previous: undefined },
    {
      account,
      clock: { now: () => simulation.now() },
      fence: { checkFence: async () => undefined },
      steps: { recordStart: async () => undefined, recordEnd: async () => undefined },
      loadCluster: async () => cluster,
      findRegistered: async () => request.row,
      registered: () => Promise.reject(new Error('the preflight comes before the registry row')),
      saveRow: () => Promise.reject(new Error('the preflight registers nothing')),
      recordIntent: async (_run, _step, { name }) => void intents.push(name),
      loadFacts: () => Promise.reject(new Error('nothing is adopted here')),
      storePlan: async (key, value) => {
        plan = value;
        return { bucket: 'documents', key, sha256: '' };
      },
    },
  ).then(
    (result) => ({ result, error: undefined }),
    (error: Error) => ({ result: undefined, error }),
  );
  return { ...(await simulation.runUntil(ended)), plan, intents };
}

/** `check path` of each fault, or of each warning. */
export function namesIn(found: Plan['faults'] | undefined): string[] {
  return (found ?? []).map(({ check, path }) => (path ? `${check} ${path}` : check));
}
