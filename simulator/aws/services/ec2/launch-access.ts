import type { AccessRequest, CallContext } from '../../types.ts';
import { eksImages } from './images.ts';
import type { LaunchSpecification } from './launch-specification.ts';
import { ec2Access, ec2Arn, requestTagKeys, resourceTagKeys, unownedArn } from './operations.ts';
import { creationTagAccess } from './tags.ts';
import { ec2World, type Tags } from './world.ts';
import { zoneIdOf } from './zones.ts';

type LaunchAction = 'ec2:RunInstances' | 'ec2:CreateFleet';

/** The kinds of resource for which AWS documents CreateFleet; RunInstances, which a fleet needs too, knows all of them. */
const FLEET_RESOURCES: readonly string[] = ['image', 'instance', 'launch-template', 'subnet', 'volume'];

/** Every permission that launching any of these needs, for each resource touched, each asked once. */
export function launchAccess(
  context: CallContext,
  specifications: readonly LaunchSpecification[],
  actions: readonly LaunchAction[],
): AccessRequest[] {
  const requests = new Map<string, AccessRequest>();
  const ask = (request: AccessRequest) => requests.set(JSON.stringify(request), request);
  const seen = new Set<string>();
  for (const specification of specifications) {
    // A fleet's pools differ in little more than the instance type, of which only the instance's own request speaks.
    const others = JSON.stringify({ ...specification, instanceType: '' });
    const isFirst = !seen.has(others);
    seen.add(others);
    const touched = isFirst ? resourcesOf(context, specification) : [instanceOf(context, specification)];
    for (const { kind, arn, keys } of touched) {
      for (const action of actions) {
        if (action === 'ec2:CreateFleet' && !FLEET_RESOURCES.includes(kind)) continue;
        ask(ec2Access(context, action, arn, keys));
      }
    }
    if (!isFirst) continue;
    for (const [type, tags] of Object.entries(tagsSetBy(specification))) {
      for (const request of creationTagAccess(context, type, tags, 'RunInstances')) ask(request);
    }
    const roleArn = specification.instanceProfile?.roleArn;
    if (roleArn !== undefined) {
      ask({ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } });
    }
  }
  return [...requests.values()];
}

/** Tags for spot requests say nothing where no spot request is made. */
function tagsSetBy({ tags, capacityType }: LaunchSpecification): Record<string, Tags> {
  const { 'spot-instances-request': spotTags, ...others } = tags;
  return { ...others, ...(capacityType === 'spot' && spotTags ? { 'spot-instances-request': spotTags } : {}) };
}

type Touched = { kind: string; arn: string; keys: Record<string, string | readonly string[]> };

function resourcesOf(context: CallContext, specification: LaunchSpecification): Touched[] {
  const world = ec2World(context.simulation);
  const { imageId, subnetId, securityGroupIds, launchTemplate, tags, capacityType } = specification;
  const image = eksImages(context.region, context.simulation.now()).find(({ id }) => id === imageId);
  const subnet = world.subnets[subnetId];
  const vpcKey = subnet ? { 'ec2:Vpc': ec2Arn(context, 'vpc', subnet.vpcId) } : {};
  const zoneKeys = zoneKeysOf(subnet);
  return [
    {
      kind: 'image',
      arn: unownedArn(context, 'image', imageId),
      keys: { 'ec2:ImageID': imageId, 'ec2:Owner': 'amazon' },
    },
    ...(image ? [{ kind: 'snapshot', arn: unownedArn(context, 'snapshot', image.snapshotId), keys: {} }] : []),
    {
      kind: 'subnet',
      arn: ec2Arn(context, 'subnet', subnetId),
      keys: { ...resourceTagKeys(subnet?.tags ?? {}), ...vpcKey, ...zoneKeys, 'ec2:SubnetID': subnetId },
    },
    ...securityGroupIds.map((id) => ({
      kind: 'security-group',
      arn: ec2Arn(context, 'security-group', id),
      keys: { ...resourceTagKeys(world.securityGroups[id]?.tags ?? {}), ...vpcKey, 'ec2:SecurityGroupID': id },
    })),
    ...(launchTemplate
      ? [
          {
            kind: 'launch-template',
            arn: ec2Arn(context, 'launch-template', launchTemplate.id),
            keys: resourceTagKeys(world.launchTemplates[launchTemplate.id]?.tags ?? {}),
          },
        ]
      : []),
    instanceOf(context, specification),
    made(context, 'volume', tags.volume, zoneKeys),
    made(context, 'network-interface', tags['network-interface'], vpcKey),
    ...(capacityType === 'spot' ? [made(context, 'spot-instances-request', tags['spot-instances-request'])] : []),
  ];
}

function instanceOf(context: CallContext, { instanceType, subnetId, tags }: LaunchSpecification): Touched {
  const zoneKeys = zoneKeysOf(ec2World(context.simulation).subnets[subnetId]);
  return made(context, 'instance', tags.instance, { ...zoneKeys, 'ec2:InstanceType': instanceType });
}

function zoneKeysOf(subnet: { readonly zone: string } | undefined): Touched['keys'] {
  return subnet ? { 'ec2:AvailabilityZone': subnet.zone, 'ec2:AvailabilityZoneId': zoneIdOf(subnet.zone) } : {};
}

/** What a launch makes: it has no id yet. */
function made(context: CallContext, kind: string, own: Tags | undefined, keys: Touched['keys'] = {}): Touched {
  return { kind, arn: ec2Arn(context, kind, '*'), keys: { ...requestTagKeys(own ?? {}), ...keys } };
}
