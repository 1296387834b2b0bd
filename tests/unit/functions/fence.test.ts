import { describe, expect, it } from '@jest/globals';
import { closeAccess, openAccess } from '../../../functions/access-entries/ensure-access.ts';
import { ensureAddons } from '../../../functions/addons/ensure-addons.ts';
import { ensureAdoption } from '../../../functions/adoption/ensure-adoption.ts';
import { ensureBootstrapNodes } from '../../../functions/bootstrap-nodes/ensure-bootstrap-nodes.ts';
import { ensureCluster } from '../../../functions/cluster/ensure-cluster.ts';
import { ensureClusterStack } from '../../../functions/cluster-stack/ensure-cluster-stack.ts';
import { ensureDiscoveryTags } from '../../../functions/discovery-tags/ensure-discovery-tags.ts';
import { ensureChart } from '../../../functions/helm-charts/ensure-chart.ts';
import { applyAccessRules, applyNodeClasses, applyNodePools } from '../../../functions/manifests/apply-manifests.ts';
import { ensureNodeClasses, ensureNodePools } from '../../../functions/node-readiness/ensure-readiness.ts';
import { ensurePodIdentity } from '../../../functions/pod-identity/ensure-pod-identity.ts';
import { ensureRegistry } from '../../../functions/registry/ensure-registry.ts';
import { ensureRollout } from '../../../functions/rollout/ensure-rollout.ts';
import { cleanUpSmokeTest, measureSmokeTest, startSmokeTest } from '../../../functions/smoke-test/run-smoke-test.ts';
import { anInput, aStepWorld, withoutLease } from '../../support/fakes/step-world.ts';

/** A port every use of which is a fault. */
function untouchable(name: string): never {
  const port = new Proxy(() => {}, {
    get: (_, key) => {
      throw new Error(`${name}.${String(key)} was read before the fence was checked`);
    },
    apply: () => {
      throw new Error(`${name} was called before the fence was checked`);
    },
  });
  return port as never;
}

const deps = {
  ...withoutLease(aStepWorld()),
  access: untouchable('access'),
  roles: { installer: 'installer', operator: 'operator', reader: 'reader' },
  addons: untouchable('addons'),
  nodegroups: untouchable('nodegroups'),
  eks: untouchable('eks'),
  stacks: untouchable('stacks'),
  template: '',
  serviceRoleArn: '',
  boundaryArn: '',
  routerRoleArn: '',
  ruleDeadLettersArn: '',
  alarmTopicArn: '',
  accountId: '',
  network: untouchable('network'),
  connectHelm: untouchable('connectHelm'),
  charts: untouchable('charts'),
  connect: untouchable('connect'),
  connectReader: untouchable('connectReader'),
  connectOperator: untouchable('connectOperator'),
  parameter: untouchable('parameter'),
  podIdentity: untouchable('podIdentity'),
  liveInstances: untouchable('liveInstances'),
  saveLatency: untouchable('saveLatency'),
  stackRole: untouchable('stackRole'),
  handover: untouchable('handover'),
  observer: untouchable('observer'),
  installerRoleArn: 'installer',
  connectInstaller: untouchable('connectInstaller'),
  storeFacts: untouchable('storeFacts'),
};
const input = anInput('step');

describe('a run that lost its lease', () => {
  it.each([
    ['opening access', () => openAccess(input, deps)],
    ['closing access', () => closeAccess(input, deps)],
    ['adoption', () => ensureAdoption(input, deps)],
    ['add-ons', () => ensureAddons(input, 'before-nodes', deps)],
    ['bootstrap nodes', () => ensureBootstrapNodes(input, deps)],
    ['cluster', () => ensureCluster(input, deps)],
    ['cluster stack', () => ensureClusterStack(input, deps)],
    ['discovery tags', () => ensureDiscoveryTags(input, deps)],
    ['charts', () => ensureChart(input, 'karpenter', deps)],
    ['access rules', () => applyAccessRules(input, deps)],
    ['node classes', () => applyNodeClasses(input, deps)],
    ['node pools', () => applyNodePools(input, deps)],
    ['readiness of node classes', () => ensureNodeClasses(input, deps)],
    ['readiness of node pools', () => ensureNodePools(input, deps)],
    ['pod identity', () => ensurePodIdentity(input, deps)],
    ['registry', () => ensureRegistry(input, deps)],
    ['rollout', () => ensureRollout(input, deps)],
    ['start of the smoke test', () => startSmokeTest(input, deps)],
    ['measuring', () => measureSmokeTest(input, deps)],
    ['clean-up', () => cleanUpSmokeTest(input, deps)],
  ])('neither looks at nor changes anything: %s', async (_, step) => {
    await expect(step()).rejects.toMatchObject({ name: 'LeaseLost' });
  });
});
