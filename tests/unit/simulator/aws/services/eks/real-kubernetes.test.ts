import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../../../../../simulator/aws/services/eks/addons/addon-configuration.ts';
import {
  applyAddon,
  isInstalled,
  removeAddon,
} from '../../../../../../simulator/aws/services/eks/addons/addon-objects.ts';
import { ADDON_WORKLOADS } from '../../../../../../simulator/aws/services/eks/addons/addon-workloads.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';
import { createKubeCluster } from '../../../../../../simulator/kubernetes/api/cluster.ts';

describe('EKS add-ons on the simulated API server', () => {
  let simulation: Simulation;
  beforeEach(() => {
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
  });
  afterEach(() => simulation.close());

  it.each(Object.keys(ADDON_WORKLOADS))('accepts the objects of %s, twice, and their removal', (addonName) => {
    const kube = createKubeCluster({ name: 'banking-prod', simulation, version: 'v1.35.4-eks-0000000' });

    applyAddon(kube, addonName, 'v1.0.0-eksbuild.1', {});
    applyAddon(kube, addonName, 'v1.0.1-eksbuild.1', parseConfiguration(addonName, '{}'));
    const before = isInstalled(kube, addonName);
    removeAddon(kube, addonName);

    expect(before).toBe(true);
  });
});
