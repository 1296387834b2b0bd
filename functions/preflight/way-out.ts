import type { RouteFacts, SubnetFacts } from '../../shared/aws/vpcs.ts';
import type { Network } from './world.ts';

/** What a node in a subnet can reach, and if not the internet, why. */
export type WayOut = {
  readonly internet: boolean;
  /** Nodes there get public addresses and leave by an internet gateway. */
  readonly isPublic: boolean;
  readonly reason: string;
  /** Short names of the services with an endpoint that works from there. */
  readonly services: ReadonlySet<string>;
};

/** Connections to other networks, firewalls and proxies: what lies behind them cannot be seen, and is taken to lead out. */
const LEADS_ELSEWHERE = /^(tgw-|lgw-|cagw-|vgw-|vpce-|eni-|i-|arn:)/;
const EVERYWHERE = '0.0.0.0/0';
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'];

export function wayOutOf(subnet: SubnetFacts, network: Network): WayOut {
  const table =
    network.routeTables.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ??
    network.routeTables.find(({ vpcId, isMain }) => isMain && vpcId === subnet.vpcId);
  const services = new Set(
    network.endpoints
      .filter(({ vpcId, isAvailable }) => isAvailable && vpcId === subnet.vpcId)
      .filter(({ isGateway, hasPrivateDns, routeTableIds }) =>
        isGateway ? table !== undefined && routeTableIds.includes(table.id) : hasPrivateDns,
      )
      .map(({ service }) => service),
  );
  const routes = defaultRoutes(table?.routes ?? []);
  const barriers = routes.map((route) => barrierOf(route, subnet, network));
  const barrier =
    routes.length === 0 ? `${table?.id ?? 'no route table'} has no default route` : barriers.find((found) => found);
  const internet = barrier === undefined;
  const isPublic = internet && routes.some(({ target }) => target.startsWith('igw-'));
  return { internet, isPublic, reason: barrier ?? '', services };
}

/** The route to everywhere, or the two that are halves of it. */
function defaultRoutes(routes: readonly RouteFacts[]): RouteFacts[] {
  const whole = routes.filter(({ destination }) => destination === EVERYWHERE);
  if (whole.length > 0) return whole;
  const halves = routes.filter(({ destination }) => HALVES.includes(destination));
  return halves.length === HALVES.length ? halves : [];
}

function barrierOf({ target, isActive }: RouteFacts, subnet: SubnetFacts, network: Network): string | undefined {
  if (target.startsWith('nat-')) {
    const state = network.natGateways.find(({ id }) => id === target)?.state ?? 'missing';
    return state === 'available' ? undefined : `its default route leads to NAT gateway ${target}, which is ${state}`;
  }
  if (!isActive) return `its default route leads to ${target}, which is gone`;
  if (target.startsWith('igw-')) {
    if (subnet.mapsPublicIp) return undefined;
    return `it is a public subnet (its default route leads to ${target}), and nodes in it get no public address`;
  }
  return LEADS_ELSEWHERE.test(target) ? undefined : `its default route leads to ${target || 'nothing known'}`;
}
