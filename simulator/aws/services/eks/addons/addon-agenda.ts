import type { Simulation } from '../../../../core/simulation.ts';
import { removeAssociation } from '../pod-identity/associations.ts';
import type { EksPorts } from '../ports.ts';
import { type AddonRecord, type ClusterRecord, findCluster } from '../state.ts';
import { finishUpdate } from '../updates.ts';
import { parseConfiguration } from './addon-configuration.ts';
import { applyAddon, removeAddon } from './addon-objects.ts';

type Due = { cluster: string; addon: string; uid: string };

/** What add-ons do by themselves: they settle after a change, and go. */
export function registerAddonAgenda(simulation: Simulation, ports: EksPorts): void {
  const whenSame = (due: Due, act: (cluster: ClusterRecord, addon: AddonRecord) => void) => {
    const cluster = findCluster(simulation, due.cluster);
    const addon = cluster?.addons[due.addon];
    if (cluster && addon?.uid === due.uid) act(cluster, addon);
  };
  simulation.on<Due & { update?: string }>('eks:addon-settled', (due) =>
    whenSame(due, (cluster, addon) => {
      const kube = ports.kubernetes.find(cluster.name);
      if (kube && due.update !== undefined) {
        applyAddon(kube, addon.name, addon.version, parseConfiguration(addon.name, addon.configurationValues));
        addon.issues = [];
        finishUpdate(cluster, due.update);
      }
      addon.status = addon.issues.length > 0 ? 'CREATE_FAILED' : 'ACTIVE';
    }),
  );
  simulation.on<Due & { preserve: boolean }>('eks:addon-gone', (due) =>
    whenSame(due, (cluster, addon) => {
      const kube = ports.kubernetes.find(cluster.name);
      if (kube && !due.preserve) removeAddon(kube, addon.name);
      for (const association of Object.values(cluster.associations))
        if (association.ownerArn === addon.arn) removeAssociation(simulation, cluster, association);
      delete cluster.addons[addon.name];
    }),
  );
}
