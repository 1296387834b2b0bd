import { type Finding, fault, warning } from '../finding.ts';
import { type WayOut, wayOutOf } from '../way-out.ts';
import type { World } from '../world.ts';

/** What nodes, the Pod Identity agent and Karpenter call. */
const NEEDED_ENDPOINTS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 's3', 'sqs', 'ssm', 'sts'];

/** Nodes in each subnet reach what they need: by the internet or another network, or by endpoints in the VPC. */
export function checkWaysOut(world: World): Finding[] {
  const { subnetIds, endpointAccess } = world.cluster.spec.network;
  const ways = world.network.subnets.map((subnet) => ({
    id: subnet.id,
    path: `spec.network.subnetIds[${subnetIds.indexOf(subnet.id)}]`,
    way: wayOutOf(subnet, world.network),
  }));
  const findings = ways.flatMap(({ id, path, way }) => checkOne(id, path, way, endpointAccess));
  const isIsolated = ways.some(({ way }) => !way.internet && missingOf(way).length === 0);
  return isIsolated ? [...findings, ...isolationWarnings(world)] : findings;
}

function checkOne(id: string, path: string, way: WayOut, endpointAccess: string): Finding[] {
  if (way.isPublic) {
    const message = `subnet ${id} is public: nodes in it get public addresses`;
    return [warning('way-out', { path, message, fix: 'take private subnets with a NAT gateway' })];
  }
  if (way.internet) return [];
  const missing = missingOf(way);
  if (missing.length > 0) {
    return [
      fault('way-out', {
        path,
        message: `nodes in subnet ${id} have no way out: ${way.reason}, and its VPC has no working endpoint for ${missing.join(', ')}`,
        fix: 'route 0.0.0.0/0 to a NAT gateway that is available, or make those VPC endpoints (interface endpoints with private DNS; s3 as a gateway in its route table)',
      }),
    ];
  }
  if (endpointAccess !== 'public') return [];
  return [
    fault('way-out', {
      path: 'spec.network.endpointAccess',
      message: `is public, and nodes in subnet ${id} do not reach the internet: they could not reach the cluster`,
      fix: 'use both',
    }),
  ];
}

function missingOf({ services }: WayOut): string[] {
  return NEEDED_ENDPOINTS.filter((service) => !services.has(service));
}

function isolationWarnings({ cluster }: World): Finding[] {
  const images = warning('way-out', {
    path: 'spec.network.subnetIds',
    message: 'nodes do not reach the internet, so they cannot pull the images of Karpenter from public.ecr.aws',
    fix: 'give the VPC a way to public.ecr.aws or a mirror that nodes use for it',
  });
  if (cluster.spec.karpenter.settings.isolatedVPC) return [images];
  const prices = warning('way-out', {
    path: 'spec.karpenter.settings.isolatedVPC',
    message: 'is false, and nodes do not reach the internet: Karpenter would ask for prices in vain',
    fix: 'set it to true',
  });
  return [images, prices];
}
