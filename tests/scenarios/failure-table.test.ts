import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultInjector } from '../../simulator/aws/cloud.ts';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { addSecurityGroup } from '../../simulator/aws/services/ec2/security-groups.ts';
import { ec2World } from '../../simulator/aws/services/ec2/world.ts';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import type { ExecutionRecord } from '../../simulator/aws/services/sfn/executions.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import type { StateEntered } from '../../simulator/stepfunctions/engine.ts';
import { apiOf, clusterOf, FAILURES, podsOf } from '../support/failures-that-end.ts';
import { aClusterFile, anAccount, runToEnd } from '../support/simulated-run.ts';

// What goes wrong on EKS, and the test that shows how a run takes it ("lives" is the first describe, "ends" the second):
//   a role cannot be assumed yet, a service-linked role is not spread  lives: a day of small refusals
//   a role that never can be                                            ends: a role that EKS can never assume
//   a zone has no room for a control plane                              ends: a zone without room
//   a name is taken by a cluster of somebody else                       ends: a cluster that is not ours
//   a name is taken by what an earlier run made                         killed-anywhere.test.ts
//   one change at a time, another change under way                      lives: two changes of the control plane
//   "No cluster found for name" as a ClientException                    lives: a day of small refusals
//   pods admitted before the pod identity association                   lives: pods without credentials
//   the Pod Identity agent is away                                      ends: no Pod Identity agent
//   the agent lost its tolerations                                      lives: add-ons tolerate every taint
//   an EC2NodeClass is never Ready                                      ends: node classes that find nothing
//   nodes launch and never register                                     ends: nodes without an access entry
//   the second replica does not fit                                     ends: requests too large; no room for a replica
//   CoreDNS on tainted nodes                                            lives: add-ons tolerate every taint
//   several security groups with the discovery tag                      lives: several security groups
//   one queue for several clusters                                      several-runs.test.ts
//   zonal shift on a cluster that is not enabled                        ends: zonal shift
// Rules of EventBridge, and a name that is used again after a deletion, belong to machines that are still to come.

const NAME = 'banking-prod';
const CONTROLLER = 'app.kubernetes.io/name=karpenter';

let account: Account;
let injectFault: FaultInjector = () => undefined;
let onStateEntered: (event: StateEntered) => void = () => undefined;
/** Before anything was made, and after a bootstrap on a day of small refusals. */
const worlds = {} as Record<'empty' | 'whole', World>;
let bootstrapped: ExecutionRecord;

/** Errors that are answered so often before the real answer. */
const REFUSALS = [
  {
    call: 'EKS.CreateCluster',
    left: 2,
    error: new SimulatedAwsError(
      'InvalidParameterException',
      'Role with arn: arn:aws:iam::111122223333:role/joinery/r, could not be assumed because it does not exist or the trusted entity is not correct',
    ),
  },
  {
    call: 'EKS.CreateNodegroup',
    left: 2,
    error: new SimulatedAwsError('ResourcePropagationDelayException', 'The service-linked role is not there yet.', 428),
  },
];
let noClusterAnswers = 0;

beforeAll(async () => {
  account = await anAccount({
    seed: 12,
    injectFault: (call) => injectFault(call),
    hooks: { onStateEntered: (event) => onStateEntered(event) },
  });
  worlds.empty = account.simulation.snapshot();
  for (const name of ['one', 'two']) addTaggedGroup(name);
  injectFault = refuseNowAndThen;
  onStateEntered = lateAssociation();
  bootstrapped = await runToEnd(account, 'bootstrap-cluster', aClusterFile());
  onStateEntered = () => undefined;
  worlds.whole = account.simulation.snapshot();
});
beforeEach(() => {
  injectFault = () => undefined;
});
afterAll(() => account.close());

describe('a run lives', () => {
  it('a day of small refusals, each as often as AWS is known to give them', () => {
    expect([bootstrapped.status, bootstrapped.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(REFUSALS.map(({ left }) => left)).toEqual([0, 0]);
    expect(noClusterAnswers).toBeGreaterThan(0);
  });

  it('pods without credentials, admitted before the association counts: it restarts them', () => {
    account.restore(worlds.whole);

    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace: 'kube-system' };
    expect(apiOf(account).get(deployment)?.spec).toHaveProperty([
      'template',
      'metadata',
      'annotations',
      'kubectl.kubernetes.io/restartedAt',
    ]);
  });

  it('taints: add-ons tolerate every one of them, and CoreDNS those of the bootstrap nodes', () => {
    account.restore(worlds.whole);
    const made = account.cloud.trace.entries.filter(({ operation }) => operation === 'CreateAddon');
    const agent = apiOf(account)
      .list('apps/v1', 'DaemonSet', { namespace: 'kube-system' })
      .find(({ metadata }) => metadata.name === 'eks-pod-identity-agent');
    const tainted = apiOf(account)
      .list('v1', 'Node')
      .filter(({ spec }) => JSON.stringify(spec?.['taints']).includes('CriticalAddonsOnly'));

    // Values of our own would take the place of the add-on's tolerations.
    expect(made.filter(({ input }) => 'configurationValues' in (input as object))).toEqual([]);
    expect(made.length).toBeGreaterThanOrEqual(4);
    expect(agent?.spec?.['template']).toMatchObject({
      spec: { tolerations: expect.arrayContaining([{ operator: 'Exists' }]) },
    });
    const dns = podsOf(account, 'k8s-app=kube-dns');
    expect(dns.map(({ status }) => status?.['phase'])).toEqual(['Running', 'Running']);
    const names = tainted.map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(dns.map((pod) => pod.spec?.['nodeName'])));
  });

  it('several security groups with the discovery tag, of which its plan warns', () => {
    const plans = account.cloud.trace.entries.filter(
      ({ operation, input }) => operation === 'PutObject' && /plan/.test((input as { Key: string }).Key),
    );

    expect(JSON.stringify(plans[0]?.input)).toContain('with several on a node');
  });

  it('two changes of the control plane, which EKS takes one at a time, while another one is under way', async () => {
    account.restore(worlds.whole);
    const from = account.cloud.trace.entries.length;
    let left = 2;
    injectFault = ({ operation }) => {
      if (operation !== 'UpdateClusterConfig' || left === 0) return;
      left -= 1;
      throw new SimulatedAwsError('ResourceInUseException', `Cannot update: an update is in progress for ${NAME}`, 409);
    };
    const { network } = aClusterFile().spec;
    const changed = aClusterFile({
      spec: { logging: ['audit'], network: { ...network, endpointAccess: 'public' } },
    });

    const ended = await runToEnd(account, 'bootstrap-cluster', changed);

    expect([ended.status, ended.cause, left]).toEqual(['SUCCEEDED', undefined, 0]);
    const updates = account.cloud.trace.entries
      .slice(from)
      .filter(({ operation }) => operation === 'UpdateClusterConfig');
    expect(updates.map(({ outcome }) => outcome)).toEqual([
      'ResourceInUseException',
      'ResourceInUseException',
      'ok',
      'ok',
    ]);
  });
});

describe('a run ends, and says what to do', () => {
  it.each(FAILURES)('$name', async ({ in: start, injure, answers = {}, machine, spec, error, words }) => {
    account.restore(worlds[start]);
    injure?.(account);
    injectFault = ({ operation }) => {
      if (answers[operation]) throw answers[operation];
    };

    const ended = await runToEnd(account, machine ?? 'bootstrap-cluster', aClusterFile(spec ? { spec } : {}));

    expect([ended.status, ended.error, error === ended.error ? '' : ended.cause]).toEqual(['FAILED', error, '']);
    for (const word of words) expect(ended.cause).toMatch(word);
  });
});

/** A group of the subnets' VPC that load balancer controllers would find beside the cluster's own. */
function addTaggedGroup(name: string): void {
  const [vpcId = ''] = Object.keys(ec2World(account.simulation).vpcs);
  const tags = { 'karpenter.sh/discovery': NAME };
  addSecurityGroup(account.simulation, { name, description: name, vpcId, tags });
}

const refuseNowAndThen: FaultInjector = ({ serviceId, operation, caller }) => {
  const refusal = REFUSALS.find(({ call, left }) => call === `${serviceId}.${operation}` && left > 0);
  if (refusal) {
    refusal.left -= 1;
    throw refusal.error;
  }
  if (operation !== 'DescribeCluster' || findCluster(account.simulation, NAME)) return;
  if (!caller.roleArn.includes('FunctionRole')) return;
  noClusterAnswers += 1;
  throw new SimulatedAwsError('ClientException', `No cluster found for name: ${NAME}.`);
};

/** The association counts once the controller's pods were admitted without it. */
function lateAssociation(): (event: StateEntered) => void {
  let isDue = false;
  return ({ state }) => {
    if (isDue || !['Ensure controller chart', 'Wait for rollout'].includes(state)) return;
    isDue = state === 'Wait for rollout' && podsOf(account, CONTROLLER).length > 0;
    const fromMs = isDue ? account.simulation.now() : Number.MAX_SAFE_INTEGER;
    for (const span of clusterOf(account).associationSpans) span.fromMs = fromMs;
  };
}
