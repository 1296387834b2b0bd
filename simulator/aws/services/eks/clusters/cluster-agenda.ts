import type { Simulation } from '../../../../core/simulation.ts';
import { installSelfManaged } from '../addons/addon-objects.ts';
import type { EksPorts } from '../ports.ts';
import { type ClusterRecord, eksState, findCluster } from '../state.ts';
import { finishUpdate } from '../updates.ts';
import { gitVersionOf } from './cluster-versions.ts';

type Due = { cluster: string; uid: string };

/** What a control plane does by itself: it comes up, settles after an update, goes away. */
export function registerClusterAgenda(simulation: Simulation, ports: EksPorts): void {
  const whenSame = (due: Due, act: (cluster: ClusterRecord) => void) => {
    const cluster = findCluster(simulation, due.cluster);
    if (cluster?.uid === due.uid) act(cluster);
  };
  simulation.on<Due>('eks:cluster-active', (due) =>
    whenSame(due, (cluster) => {
      const kube = ports.kubernetes.createCluster(cluster.name, gitVersionOf(cluster.version));
      if (cluster.selfManagedAddons) installSelfManaged(kube, cluster.version);
      cluster.status = 'ACTIVE';
    }),
  );
  simulation.on<Due & { update: string }>('eks:cluster-updated', (due) =>
    whenSame(due, (cluster) => {
      const update = cluster.updates.find((candidate) => candidate.id === due.update);
      const version = update?.params?.find((param) => param.type === 'Version')?.value;
      if (version !== undefined) {
        cluster.version = version;
        ports.kubernetes.setVersion(cluster.name, gitVersionOf(version));
      }
      finishUpdate(cluster, due.update);
      cluster.status = 'ACTIVE';
    }),
  );
  simulation.on<Due>('eks:cluster-gone', (due) =>
    whenSame(due, (cluster) => {
      ports.kubernetes.deleteCluster(cluster.name);
      ports.ec2.deleteSecurityGroup(simulation, cluster.securityGroupId);
      delete eksState(simulation).clusters[cluster.name];
    }),
  );
}
