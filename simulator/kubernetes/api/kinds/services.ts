import type { Fault } from '../../../../shared/kube/schema/types.ts';
import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { serviceNameFault } from '../names.ts';
import type { Strategy } from '../resources/resource.ts';
import { invalidValue, notSupported, requiredValue } from '../validation.ts';
import { fill, objectIn, objectsIn } from './defaulting.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export const SERVICE: Strategy = {
  validateName: serviceNameFault,
  applyDefaults: (service) => {
    const spec = objectIn(service, 'spec');
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    for (const port of objectsIn(spec, 'ports')) {
      fill(port, { protocol: 'TCP' });
      fill(port, { targetPort: port['port'] });
    }
    if (spec['type'] !== 'ExternalName') {
      fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] });
    }
    if (spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort')
      fill(spec, { externalTrafficPolicy: 'Cluster' });
    if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  },
  prepare: (service, old, context) => {
    if (!old) service.status = { loadBalancer: {} };
    allocateAddress(service, old, context);
  },
  validate: (service, old) => validateService(service, old),
};

function allocateAddress(service: KubeObject, old: KubeObject | undefined, context: ApiContext): void {
  const spec = objectIn(service, 'spec');
  if (spec['type'] === 'ExternalName') return;
  fill(spec, { clusterIP: old?.spec?.['clusterIP'] });
  if (!spec['clusterIP']) spec['clusterIP'] = freeAddress(service, context);
  spec['clusterIPs'] = [spec['clusterIP']];
}

/** An address of 172.20.0.0/16 that depends on the service's name, so that the order of creation does not matter. */
function freeAddress(service: KubeObject, context: ApiContext): string {
  const taken = new Set(context.store.list('/services').map((other) => other.spec?.['clusterIP']));
  const { namespace, name } = service.metadata;
  let host = Math.floor(
    context.simulation.between(`cluster-ip:${context.clusterName}:${namespace}/${name}`, 256, 65_000),
  );
  const address = () => `172.20.${host >> 8}.${host & 255}`;
  while (taken.has(address())) host = host >= 65_000 ? 256 : host + 1;
  return address();
}

function validateService(service: KubeObject, old: KubeObject | undefined): Fault[] {
  const spec = objectIn(service, 'spec');
  const ports = objectsIn(spec, 'ports');
  const faults: Fault[] = [];
  if (!TYPES.includes(String(spec['type']))) faults.push(notSupported('spec.type', spec['type'], TYPES));
  const needsPorts = spec['type'] !== 'ExternalName' && spec['clusterIP'] !== 'None';
  if (needsPorts && ports.length === 0) faults.push(requiredValue('spec.ports'));
  ports.forEach((port, index) => {
    const number = Number(port['port']);
    if (number < 1 || number > 65_535) {
      faults.push(invalidValue(`spec.ports[${index}].port`, port['port'], 'must be between 1 and 65535, inclusive'));
    }
    if (ports.length > 1 && !port['name']) faults.push(requiredValue(`spec.ports[${index}].name`));
  });
  const before = old?.spec?.['clusterIP'];
  if (before && spec['type'] !== 'ExternalName' && spec['clusterIP'] !== before) {
    faults.push(invalidValue('spec.clusterIPs[0]', [spec['clusterIP']], 'may not change once set'));
  }
  return faults;
}
