import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findAttachment } from '../../shared/ledger/attachments.ts';
import { readInstances } from '../../shared/ledger/instance-records.ts';
import { getRegistryRow } from '../../shared/ledger/registry.ts';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { interruptSpotInstance } from '../../simulator/aws/services/ec2/spot-interruptions.ts';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import type { ExecutionRecord } from '../../simulator/aws/services/sfn/executions.ts';
import { onMessageSent } from '../../simulator/aws/services/sqs/observe.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import type { KubeApi } from '../../simulator/kubernetes/types.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { makeWorkingCluster, spotInstances } from '../../simulator/scenarios/attach-ground.ts';
import { attachSweep, killPoints } from '../support/attach-sweep.ts';
import {
  ATTACHED,
  aClusterOfOthers,
  anAttachFile,
  OUR_QUEUE,
  policyOf,
  queuesOf,
  setInterruptionQueue,
  THEIR_QUEUE,
  WITH_CONSENT,
} from '../support/attach-world.ts';
import { anAccount, runToEnd } from '../support/simulated-run.ts';
import { storedJson } from '../support/stored-json.ts';
import { differences, wholeState } from '../support/whole-state.ts';
import { widgetsWithoutData } from '../support/widgets-without-data.ts';

let account: Account;
let world: World;
/** After one attach with the consent. */
let attachedWorld: World;
let attached: ExecutionRecord;
let before: Record<string, string>;
let isHidden = false;
/** Queue and body of each message that the router sent to a queue of a cluster. */
const routed: [queue: string, body: string][] = [];
const kills = killPoints(() => account);

beforeAll(async () => {
  account = await anAccount({
    seed: 3,
    hooks: { onStateEntered: kills.onStateEntered },
    injectFault: ({ serviceId, operation }) => {
      if (isHidden && serviceId === 'EKS' && operation === 'DescribeCluster')
        throw new SimulatedAwsError('AccessDeniedException', 'a service control policy denies it', 403);
    },
  });
  await account.simulation.runUntil(makeWorkingCluster(account, aClusterOfOthers()));
  // Longer than Karpenter waits with its nodes: what it does of itself it has done.
  await account.simulation.runFor(420);
  onMessageSent(account.simulation, (queue, { body, attributes }) => {
    if (Object.keys(attributes).length > 0 && [OUR_QUEUE, THEIR_QUEUE].includes(queue)) routed.push([queue, body]);
  });
  world = account.simulation.snapshot();
  before = wholeState(account, ATTACHED);
  attached = await run('attach-cluster', WITH_CONSENT);
  attachedWorld = account.simulation.snapshot();
});

beforeEach(() => {
  routed.length = 0;
});

afterAll(() => account.close());

const api = (): KubeApi => {
  const cluster = account.kubernetes.find(ATTACHED);
  if (!cluster) throw new Error('the cluster is gone');
  return cluster.as(SYSTEM_ADMIN);
};
const run = (machine: string, file: object) => runToEnd(account, machine, file);
const changesOf = async ({ executionArn }: { executionArn: string }) => {
  const steps = await account.simulation.runUntil(ledgerReader(account).steps(executionArn));
  return Object.fromEntries(steps.map(({ step, change }) => [step, change]));
};
const rows = () => {
  const { table } = ledgerReader(account);
  return account.simulation.runUntil(Promise.all([getRegistryRow(table, ATTACHED), findAttachment(table, ATTACHED)]));
};

/** EC2 takes a spot node back; whether Karpenter has drained it a while later. */
async function interruptOne(): Promise<{ instanceId: string; isDrained: boolean }> {
  const [instanceId = ''] = spotInstances(api());
  interruptSpotInstance(account.simulation, instanceId);
  // A restored controller takes up to half a minute to poll again.
  await account.simulation.runFor(60);
  return { instanceId, isDrained: !spotInstances(api()).includes(instanceId) };
}

describe('a cluster that is attached with the queue of its own Karpenter', () => {
  beforeEach(() => account.restore(attachedWorld));

  it('gets a reader, a statement and a registry row, and nothing more', async () => {
    expect([attached.status, attached.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(Object.keys(differences(before, wholeState(account, ATTACHED)))).toEqual([
      'eks',
      `queue ${THEIR_QUEUE}`,
      'rbac.authorization.k8s.io/clusterroles joinery-reader',
      'rbac.authorization.k8s.io/clusterrolebindings joinery-reader',
      'rbac.authorization.k8s.io/roles kube-system/joinery-read-karpenter',
      'rbac.authorization.k8s.io/rolebindings kube-system/joinery-read-karpenter',
    ]);
    const entries = Object.values(findCluster(account.simulation, ATTACHED)?.accessEntries ?? {});
    expect(entries.filter(({ principalArn }) => principalArn.includes('joinery'))).toMatchObject([
      { principalArn: expect.stringContaining('/reader/'), kubernetesGroups: ['joinery:readers'], policies: [] },
    ]);
    expect(policyOf(account, THEIR_QUEUE).Statement.map(({ Sid }) => Sid)).toEqual([
      undefined,
      undefined,
      'JoineryRouterSends',
    ]);
    const [row] = await rows();
    expect(row).toMatchObject({
      mode: 'attach',
      state: 'active',
      queue: { name: THEIR_QUEUE },
      karpenterVersion: '1.14.1',
    });
  });

  it('says in its plan that notices come twice, and has them by Joinery too', async () => {
    const { instanceId, isDrained } = await interruptOne();

    expect(isDrained).toBe(true);
    expect(routed).toContainEqual([THEIR_QUEUE, expect.stringContaining(instanceId)]);
    expect(await planOf(attached.executionArn)).toMatchObject({
      blocked: false,
      warnings: [{ check: 'duplicate-delivery', message: expect.stringContaining('each notice comes twice') }],
    });
  });

  it('is measured, drawn and paid for as one of ours after a storm', async () => {
    const fromMs = account.simulation.now();
    for (const instanceId of spotInstances(api())) interruptSpotInstance(account.simulation, instanceId);
    await account.simulation.runFor(300);

    const bare = await widgetsWithoutData(account);
    const window = { from: new Date(fromMs).toISOString(), to: account.simulation.timestamp() };
    const report = await run('cost-report', window);

    // The dashboard finds queues by the name that ours have; this one is theirs.
    expect(bare).toEqual(['Its interruption queue: no data']);
    expect([report.status, report.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(storedJson(account, '/fleet/report.json')).toMatchObject({ by: { cluster: [{ key: ATTACHED }] } });
  });

  it('is changed by a second run in nothing', async () => {
    const present = wholeState(account, ATTACHED);

    const again = await run('attach-cluster', WITH_CONSENT);

    expect(again.status).toBe('SUCCEEDED');
    expect(new Set(Object.values(await changesOf(again)))).toEqual(new Set(['none']));
    expect(differences(present, wholeState(account, ATTACHED))).toEqual({});
  });

  it('is as it was once it is detached, byte for byte, and its history stays in the ledger', async () => {
    const detached = await run('detach-cluster', WITH_CONSENT);

    expect([detached.status, detached.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(differences(before, wholeState(account, ATTACHED))).toEqual({});
    expect(await rows()).toEqual([undefined, undefined]);
    const ids = spotInstances(api());
    const records = await account.simulation.runUntil(readInstances(ledgerReader(account).table, ids));
    expect([...records.keys()].sort()).toEqual(ids.toSorted());
  });
});

describe('a cluster that is attached with a queue of ours', () => {
  let oursWorld: World;
  let ours: ExecutionRecord;
  beforeAll(async () => {
    account.restore(world);
    ours = await run('attach-cluster', anAttachFile());
    oursWorld = account.simulation.snapshot();
  });
  beforeEach(() => account.restore(oursWorld));

  it('says which Helm value to change, and its Karpenter takes from there once that is done; until it does not, there is no detach', async () => {
    expect([ours.status, ours.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(ours.output).toContain(`--version 1.14.1 --reuse-values --set settings.interruptionQueue=${OUR_QUEUE}`);
    expect(policyOf(account, THEIR_QUEUE).Statement).toHaveLength(2);

    setInterruptionQueue(api(), OUR_QUEUE);
    await account.simulation.runFor(120);
    const { instanceId, isDrained } = await interruptOne();
    const refused = await run('detach-cluster', anAttachFile());

    expect(routed).toContainEqual([OUR_QUEUE, expect.stringContaining(instanceId)]);
    expect(isDrained).toBe(true);
    expect([refused.error, Object.keys(queuesOf(account))]).toEqual(['QueueStillRead', [THEIR_QUEUE, OUR_QUEUE]]);
  });

  it('is as it was once it is detached, byte for byte', async () => {
    const { status } = await run('detach-cluster', anAttachFile());

    expect(status).toBe('SUCCEEDED');
    expect(differences(before, wholeState(account, ATTACHED))).toEqual({});
  });
});

describe('a run that is killed and started again', () => {
  it('comes to the same end', async () => {
    const options = { world, file: WITH_CONSENT, every: 15, offset: 12 };

    const { points, faults } = await attachSweep(account, kills, options);

    expect(faults).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(2);
  });
});

describe('what cannot be attached', () => {
  beforeEach(() => account.restore(world));

  it.each([
    [
      'a cluster that does not exist',
      anAttachFile({}, 'payments-prd'),
      'there is no cluster payments-prd in account 111122223333',
    ],
    [
      'a namespace without a Karpenter',
      anAttachFile({ karpenter: { namespace: 'karpenter' } }),
      'There is one in kube-system: put that into spec.karpenter.namespace',
    ],
    ["a Region that is not the stack's", anAttachFile({ region: 'eu-central-1' }), 'spec.region: is eu-central-1'],
    [
      "an account that is not the stack's",
      anAttachFile({ accountId: '444455556666' }),
      'spec.accountId: is 444455556666',
    ],
  ])('%s is refused, with what is wrong, and left as it is', async (_, file, message) => {
    const { status, cause } = await run('attach-cluster', file);

    expect([status, cause]).toEqual(['FAILED', expect.stringContaining(message)]);
    expect(differences(before, wholeState(account, ATTACHED))).toEqual({});
  });

  it('a cluster that Joinery may not see is told by the denial', async () => {
    isHidden = true;
    const { error, cause } = await run('attach-cluster', WITH_CONSENT);
    isHidden = false;

    expect([error, cause]).toEqual([
      'ClusterNotVisible',
      expect.stringContaining('a service control policy denies it'),
    ]);
  });
});

async function planOf(executionArn: string): Promise<unknown> {
  const { cloud, deployer, stack, simulation } = account;
  const request = {
    Bucket: stack.resources['DocumentsBucket']?.physicalId,
    Key: `clusters/${ATTACHED}/runs/${executionArn.slice(executionArn.lastIndexOf(':') + 1)}/plan.json`,
  };
  const { Body } = (await simulation.runUntil(cloud.call('S3', 'GetObject', request, deployer))) as {
    Body: { transformToString(): Promise<string> };
  };
  return JSON.parse(await Body.transformToString());
}
