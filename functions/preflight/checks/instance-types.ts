import { type Finding, fault } from '../finding.ts';
import type { World } from '../world.ts';

/** The architecture of the image that the bootstrap nodes start from, as EC2 names it. */
const IMAGE_ARCHITECTURE = 'x86_64';

/** The bootstrap nodes' types exist, run the image on demand, and every zone of the subnets offers them. */
export function checkInstanceTypes({ cluster, network, offers, existing }: World): Finding[] {
  if (existing.nodegroup) return [];
  const zones = [...new Set(network.subnets.map(({ zone }) => zone))].sort();
  return cluster.spec.bootstrapNodes.instanceTypes.flatMap((name, index) => {
    const path = `spec.bootstrapNodes.instanceTypes[${index}]`;
    const refuse = (message: string, fix: string) => [fault('instance-types', { path, message, fix })];
    const type = offers.instanceTypes.find((known) => known.name === name);
    if (!type)
      return refuse(`there is no instance type ${name} in ${cluster.spec.region}`, 'use another, as t3.medium');
    if (!type.architectures.includes(IMAGE_ARCHITECTURE)) {
      const message = `${name} is ${type.architectures.join()}; the bootstrap nodes' image is for ${IMAGE_ARCHITECTURE}`;
      return refuse(message, `use a type with ${IMAGE_ARCHITECTURE}, as t3.medium`);
    }
    if (!type.isOnDemand) return refuse(`${name} cannot be had on demand`, 'use another type, as t3.medium');
    const lacking = zones.filter(
      (zone) => !offers.offerings.some((offer) => offer.instanceType === name && offer.zone === zone),
    );
    if (lacking.length === 0) return [];
    const message = `${lacking.join(' and ')} ${lacking.length > 1 ? 'do' : 'does'} not offer ${name}`;
    return refuse(message, 'use a type that every zone offers, or leave out the subnets in those zones');
  });
}
