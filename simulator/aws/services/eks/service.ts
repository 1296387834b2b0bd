import type { SimulatedService } from '../../types.ts';
import { accessEntryOperations } from './access/access-entries.ts';
import { accessPolicyOperations } from './access/access-policies.ts';
import { registerAddonAgenda } from './addons/addon-agenda.ts';
import { addonOperations } from './addons/addons.ts';
import { registerClusterAgenda } from './clusters/cluster-agenda.ts';
import { clusterOperations } from './clusters/clusters.ts';
import { registerNodegroupLoop } from './nodegroups/nodegroup-loop.ts';
import { nodegroupOperations } from './nodegroups/nodegroups.ts';
import { registerNodegroupUpdates } from './nodegroups/update-nodegroup.ts';
import { podIdentityOperations } from './pod-identity/pod-identity.ts';
import type { EksPorts } from './ports.ts';
import { tagOperations } from './tags.ts';
import { updateOperations } from './updates.ts';

/** Amazon EKS over a simulated EC2, IAM and Kubernetes, which it reaches by the ports alone. */
export function createEksService(ports: EksPorts): SimulatedService {
  return {
    serviceId: 'EKS',
    operations: {
      ...clusterOperations(ports),
      ...nodegroupOperations(ports),
      ...addonOperations(ports),
      ...accessEntryOperations(ports),
      ...accessPolicyOperations,
      ...podIdentityOperations(ports),
      ...updateOperations,
      ...tagOperations,
    },
    register: (simulation, context) => {
      registerClusterAgenda(simulation, ports);
      registerAddonAgenda(simulation, ports);
      registerNodegroupLoop(simulation, ports, context.region);
      registerNodegroupUpdates(simulation, ports);
    },
  };
}
