import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Manifest } from '../../../../../shared/kube/api.ts';
import { pageReader, type ReadPage } from '../../../../../shared/kube/page-reader.ts';
import { DECISION_FAMILIES } from '../../../../../shared/latency/decisions.ts';
import type { CounterMemory } from '../../../../../shared/utilisation/counters.ts';
import { wantedFamilies } from '../../../../../shared/utilisation/families.ts';
import { type Readings, readingsOf } from '../../../../../shared/utilisation/readings.ts';
import { isKarpenterPod } from '../../../../../simulator/karpenter/pods/controller-pods.ts';
import { karpenterMetricsPage } from '../../../../../simulator/karpenter/reporting/metrics-page.ts';
import { karpenterState } from '../../../../../simulator/karpenter/state.ts';
import { inflate, openReadyWorld, runningPods, type World } from '../world.ts';

/** The page of the leader or of a standby, under other settings where `env` is given. */
function pageOf({ simulation, cluster, api }: World, isLeader = true, env: object[] = []): string {
  const page = karpenterMetricsPage({ cluster, simulation, isNodeAlive: () => true });
  const leader = karpenterState(simulation, 'banking').leader?.podUid;
  const pods = api.list('v1', 'Pod').filter(isKarpenterPod);
  const pod = pods.find(({ metadata }) => (metadata.uid === leader) === isLeader);
  if (!pod) throw new Error('there is no such pod');
  const { containers } = pod.spec as { containers: { env?: object[] }[] };
  const changed = containers.map((one) => ({ ...one, env: [...(one.env ?? []), ...env] }));
  return page({ ...pod, spec: { ...pod.spec, containers: changed } }, 8080, '/metrics') ?? '';
}

function read(page: string): ReadPage {
  const reader = pageReader(new Map([...DECISION_FAMILIES, ...wantedFamilies(true)]));
  reader.write(Buffer.from(page));
  return reader.end();
}

function look({ api, simulation }: World, page: string, previous?: CounterMemory): Readings {
  const list = (kind: string, apiVersion = 'karpenter.sh/v1') => api.list(apiVersion, kind) as unknown as Manifest[];
  return readingsOf({
    cluster: 'banking',
    nowMs: simulation.now(),
    nodes: list('Node', 'v1'),
    nodeClaims: list('NodeClaim'),
    nodePools: list('NodePool'),
    nodeClasses: list('EC2NodeClass', 'karpenter.k8s.aws/v1'),
    leader: { pod: 'karpenter', process: 'uid/1', samples: read(page).samples },
    previous,
    prices: () => 0.1,
    isUtilisationDue: true,
  });
}

function value({ series }: Readings, name: string, pool?: string): number | undefined {
  return series.find((one) => one.name === name && one.dimensions['NodePool'] === pool)?.values[0];
}

function events({ series }: Readings) {
  return series
    .filter(({ name }) => name === 'ScalingEvents')
    .map(({ dimensions, values }) => [dimensions['NodePool'], dimensions['Reason'], ...values])
    .toSorted();
}

describe("the metrics page of the simulated Karpenter's leader", () => {
  let world: World;
  let looks: { pending: Readings; up: Readings; hidden: Readings; gone: Readings; later: Readings };
  let pages: { up: string; hidden: string; standby: string; gone: string };
  /** What the claims were promised, in thousandths of a CPU, while five pods of one CPU each ran on them. */
  let promised: number[];
  beforeAll(async () => {
    world = await openReadyWorld();
    const { simulation, api } = world;
    const { memory } = look(world, pageOf(world));
    api.create(inflate(5));
    await simulation.runFor(20);
    const pending = look(world, pageOf(world), memory);
    await world.until('five pods run', () => runningPods(world).length === 5);
    await simulation.runFor(3);
    const hiding = [{ name: 'DISABLE_CLUSTER_STATE_OBSERVABILITY', value: 'true' }];
    const running = { up: pageOf(world), hidden: pageOf(world, true, hiding), standby: pageOf(world, false) };
    const up = look(world, running.up, memory);
    const hidden = look(world, running.hidden, memory);
    promised = world.claims().map((claim) => {
      const { allocatable } = claim.status as { allocatable: { cpu: string } };
      return Number.parseInt(allocatable.cpu, 10);
    });
    api.delete({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'inflate', namespace: 'default' });
    await world.until('the nodes are gone', () => world.claims().length === 0, 900);
    pages = { ...running, gone: pageOf(world) };
    const gone = look(world, pages.gone, up.memory);
    await simulation.runFor(5);
    looks = { pending, up, hidden, gone, later: look(world, pageOf(world), gone.memory) };
  });
  afterAll(() => world?.simulation.close());

  it('is read to its last line', () => {
    for (const page of Object.values(pages)) expect(read(page)).toMatchObject({ malformed: 0, isWhole: true });
  });

  it('lists the pods that wait, until they have started', () => {
    expect([value(looks.pending, 'PendingPods'), value(looks.up, 'PendingPods')]).toEqual([5, 0]);
  });

  it('has what pods request of each node, DaemonSets included', () => {
    const least = (100 * 5_000) / promised.reduce((sum, cpu) => sum + cpu, 0);

    expect(looks.up.utilisationFrom).toBe('leader');
    expect(value(looks.up, 'CpuUtilisation', 'default')).toBeGreaterThan(least);
    expect(value(looks.up, 'CpuUtilisation', 'default')).toBeLessThan(least + 20);
    expect(value(looks.up, 'BootstrapNodes')).toBe(3);
    expect(value(looks.up, 'LimitUsed', 'default')).toBeGreaterThan(0);
  });

  it('has how long pods waited for a decision, and for their place', () => {
    const waits = looks.up.series.find(({ name }) => name === 'PodSchedulingSeconds');
    const long = (waits?.values ?? []).map((seconds, at) => (seconds > 30 ? (waits?.counts?.[at] ?? 0) : 0));
    const decisions = read(pages.up).samples.find(({ name }) => name.endsWith('decision_duration_seconds_count'));

    expect(long.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(decisions?.value).toBe(5);
  });

  it('counts what came and what went, by pool and reason, and nothing twice', () => {
    const nodes = promised.length;

    expect(events(looks.up)).toEqual([['default', 'launched', nodes]]);
    expect(events(looks.gone)).toEqual([
      ['default', 'consolidated', nodes],
      ['default', 'terminated', nodes],
    ]);
    expect(events(looks.later)).toEqual([]);
    expect(pages.gone).toMatch(
      /^karpenter_nodeclaims_disrupted_total\{capacity_type="on-demand",consolidation_policy="when_empty[a-z_]*",nodepool="default",reason="empty",termination_mode="[a-z]+"\} \d+$/m,
    );
  });

  it('has no state where that is turned off, and counts all the same', () => {
    expect(pages.hidden).not.toMatch(/^karpenter_(nodes|pods_state|pods_unbound|pods_bound|nodepools|cluster_util)/m);
    expect(looks.hidden.utilisationFrom).toBe('node-claims');
    expect(value(looks.hidden, 'StateObservabilityDisabled')).toBe(1);
    expect(events(looks.hidden)).toEqual(events(looks.up));
  });

  it('is zero and without state on a standby', () => {
    expect(pages.standby).toMatch(/^leader_election_master_status\{.*\} 0$/m);
    expect(pages.standby).toMatch(/^karpenter_interruption_deleted_messages_total 0$/m);
    expect(read(pages.standby).samples).toEqual([]);
  });
});
