import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { anAccount, namesIn, runPreflight, type SimulatedAccount } from './simulated-account.ts';

const schemaFile = new URL('../../../../docs/schemas/plan.schema.json', import.meta.url);
const LINKED = ['AWSServiceRoleForAmazonEKS', 'AWSServiceRoleForAmazonEKSNodegroup', 'AWSServiceRoleForEC2Spot'];

describe('the preflight of a fresh account', () => {
  let account: SimulatedAccount;
  beforeEach(() => {
    account = anAccount();
  });
  afterEach(() => account.simulation.close());

  const linkedRoles = () =>
    Promise.all(
      LINKED.map((RoleName) =>
        account.call('IAM', 'GetRole', { RoleName }).then(
          () => RoleName,
          () => undefined,
        ),
      ),
    ).then((names) => names.filter((name) => name !== undefined));

  it('finds nothing wrong, makes the three service-linked roles and plans to create everything', async () => {
    const { result, plan, intents } = await runPreflight(account);

    expect(result).toMatchObject({ ready: true, change: 'created' });
    expect(result?.detail).toContain('clusters/banking-prod/runs/run-1/plan.json');
    expect(await linkedRoles()).toEqual(LINKED);
    expect(intents).toEqual(LINKED);
    expect(plan).toMatchObject({ cluster: 'banking-prod', blocked: false, faults: [], warnings: [] });
    expect(new Set(plan?.resources.map(({ action }) => action))).toEqual(new Set(['create']));
    expect([...new Set(plan?.resources.map(({ step }) => step))]).toEqual([
      'preflight',
      'cluster-stack',
      'cluster',
      'access',
      'addons-before-nodes',
      'addons-after-nodes',
      'bootstrap-nodes',
      'discovery-tags',
      'registry',
      'pod-identity',
      'crd-chart',
      'controller-chart',
      'node-classes',
      'node-pools',
      'smoke-test',
    ]);
    expect(plan?.resources.find(({ step }) => step === 'cluster')).toMatchObject({
      monthlyUsd: '73.00',
      expectedSeconds: [420, 600],
    });
  });

  it('changes nothing the second time', async () => {
    await runPreflight(account);

    const { result, plan } = await runPreflight(account);

    expect(result?.change).toBe('none');
    const roles = plan?.resources.filter(({ step }) => step === 'preflight');
    expect(roles?.map(({ action }) => action)).toEqual(['none', 'none', 'none']);
  });

  it('takes a service-linked role that somebody made in the meantime for its own', async () => {
    const { call } = account.cloud;
    let isFirst = true;
    account.cloud.call = async (service, operation, input, caller) => {
      if (operation === 'CreateServiceLinkedRole' && isFirst) {
        isFirst = false;
        await call.call(account.cloud, service, operation, input, caller);
      }
      return call.call(account.cloud, service, operation, input, caller);
    };

    const { result } = await runPreflight(account);

    expect(result?.change).toBe('created');
    expect(await linkedRoles()).toEqual(LINKED);
  });

  it('makes nothing when only the plan is wanted', async () => {
    const { result, plan } = await runPreflight(account, { planOnly: true });

    expect(result).toMatchObject({ ready: true, change: 'none' });
    expect(plan?.blocked).toBe(false);
    expect(await linkedRoles()).toEqual([]);
  });

  it('reports every fault at once with its fix, makes nothing, and stores the plan as blocked', async () => {
    const spec = {
      kubernetesVersion: '1.36',
      network: { subnetIds: ['subnet-a', 'subnet-x', 'subnet-y'] },
      bootstrapNodes: { instanceTypes: ['m9z.large'] },
    };

    const { error, plan } = await runPreflight(account, { spec, chartVersion: '1.13.0' });

    const expected = [
      'karpenter-charts spec.karpenter.version',
      'subnets spec.network.subnetIds[1]',
      'subnets spec.network.subnetIds[2]',
      'zones spec.network.subnetIds',
      'instance-types spec.bootstrapNodes.instanceTypes[0]',
    ];
    expect(error?.name).toBe('PreflightFailed');
    expect(namesIn(plan?.faults)).toEqual(expected);
    for (const { message, fix } of plan?.faults ?? []) expect(error?.message).toContain(`${message}. Fix: ${fix}`);
    expect(plan?.blocked).toBe(true);
    expect(await linkedRoles()).toEqual([]);
  });

  it.each([{}, { network: { subnetIds: ['subnet-a', 'subnet-x'] } }])(
    'stores a plan of the published shape (%j)',
    async (spec) => {
      const { plan } = await runPreflight(account, { spec, planOnly: true });

      const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
        JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
      );
      validate(JSON.parse(JSON.stringify(plan)));
      expect(validate.errors).toBeNull();
    },
  );
});
