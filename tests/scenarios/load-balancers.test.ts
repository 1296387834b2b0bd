import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type IamState, iamState } from '../../simulator/aws/services/iam/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aBootstrappedAccount } from '../support/simulated-run.ts';

const BALANCERS_ROLE = 'AWSServiceRoleForElasticLoadBalancing';

/** The control plane makes load balancers with the cluster's role, behind the boundary of this stack. */
describe('a Service of type LoadBalancer', () => {
  let account: Account;
  let whole: World;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
    whole = account.simulation.snapshot();
  });
  beforeEach(() => account.restore(whole));
  afterAll(() => account.close());

  const api = () => {
    const cluster = account.kubernetes.find('banking-prod');
    if (!cluster) throw new Error('there is no cluster');
    return cluster.as(SYSTEM_ADMIN);
  };
  /** A minute after the Service was made: its addresses, and what was said of it. */
  const serve = async (spec: object = {}) => {
    const metadata = { name: 'shop', namespace: 'default' };
    const ports = [{ port: 80 }];
    api().create({ apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'LoadBalancer', ports, ...spec } });
    await account.simulation.runFor(60);
    const { ingress = [] } = (api().get({ apiVersion: 'v1', kind: 'Service', ...metadata })?.status?.['loadBalancer'] ??
      {}) as { ingress?: { hostname: string }[] };
    const events = api()
      .list('v1', 'Event', { namespace: 'default' })
      .filter(({ reason }) => reason === 'SyncLoadBalancerFailed')
      .map(({ message }) => String(message));
    return { addresses: ingress.map(({ hostname }) => hostname), events };
  };
  const iam = (): IamState => iamState(account.simulation);
  const boundary = () => {
    const [policy] = Object.values(iam().policies).filter(({ arn }) => /ClusterPermissionsBoundary/.test(arn));
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
    if (!version) throw new Error('there is no boundary');
    return version;
  };

  it("gets an address, and the account the service's own role", async () => {
    expect(iam().roles[BALANCERS_ROLE]).toBe(undefined);

    const { addresses, events } = await serve();

    expect(addresses).toEqual([expect.stringMatching(/^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/)]);
    expect(events).toEqual([]);
    expect(iam().roles[BALANCERS_ROLE]?.arn).toContain(':role/aws-service-role/elasticloadbalancing.amazonaws.com/');
  });

  it('is left to the controller that it names', async () => {
    expect(await serve({ loadBalancerClass: 'service.k8s.aws/nlb' })).toEqual({ addresses: [], events: [] });
  });

  it.each([
    ['ServeLoadBalancers', 'elasticloadbalancing:DescribeLoadBalancers'],
    ['LoadBalancersOwnRole', 'iam:CreateServiceLinkedRole'],
  ])('gets none while the boundary lacks %s, and one soon after it has it', async (sid, action) => {
    const version = boundary();
    const document = version.document;
    const { Statement, ...rest } = JSON.parse(document) as { Statement: { Sid: string }[] };
    version.document = JSON.stringify({ ...rest, Statement: Statement.filter(({ Sid }) => Sid !== sid) });
    const { addresses, events } = await serve();
    expect(addresses).toEqual([]);
    expect(events.length).toBeGreaterThan(1);
    expect(events[0]).toContain(`is not authorized to perform ${action}`);

    boundary().document = document;
    await account.simulation.runFor(120);

    const service = api().get({ apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: 'default' });
    expect(JSON.stringify(service?.status)).toContain('elb.amazonaws.com');
  });
});
