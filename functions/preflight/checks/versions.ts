import { type Finding, fault, warning } from '../finding.ts';
import { ADDON_NAMES, ownCluster, type World } from '../world.ts';

const PATH = 'spec.kubernetesVersion';

/** EKS offers the Kubernetes version to a new cluster, under the support that the file asks for. */
export function checkKubernetesVersion(world: World): Finding[] {
  const { cluster, offers } = world;
  if (ownCluster(world)) return [];
  const { kubernetesVersion: wanted, supportType } = cluster.spec;
  const offered = offers.kubernetesVersions.find(({ version }) => version === wanted);
  if (!offered) {
    const versions = offers.kubernetesVersions.map(({ version }) => version).join(', ');
    const message = `EKS does not offer Kubernetes ${wanted}`;
    return [fault('kubernetes-version', { path: PATH, message, fix: `use one of ${versions}` })];
  }
  if (offered.isInStandardSupport) return [];
  const message = `Kubernetes ${wanted} is out of standard support`;
  if (supportType === 'STANDARD') {
    return [
      fault('kubernetes-version', {
        path: 'spec.supportType',
        message: `is STANDARD, and ${message}: EKS would upgrade the cluster by itself`,
        fix: 'use a newer Kubernetes version, or supportType EXTENDED',
      }),
    ];
  }
  const costs = `${message}: extended support costs six times as much`;
  return [warning('kubernetes-version', { path: PATH, message: costs, fix: 'use a newer Kubernetes version' })];
}

/** EKS offers the add-ons for the Kubernetes version, in the versions that the file names. */
export function checkAddonVersions({ cluster, offers }: World): Finding[] {
  const { kubernetesVersion, addons } = cluster.spec;
  return ADDON_NAMES.flatMap((name) => {
    const offered = offers.addonVersions[name];
    if (!offered) return [];
    const path = `spec.addons.${name}`;
    const pinned = addons[name]?.version;
    if (pinned !== undefined && !offered.versions.includes(pinned)) {
      const message = `EKS offers no ${name} ${pinned} for Kubernetes ${kubernetesVersion}`;
      const fix = `leave the version out, or use one of ${offered.versions.slice(0, 5).join(', ')}`;
      return [fault('addon-version', { path: `${path}.version`, message, fix })];
    }
    if (pinned !== undefined || offered.defaultVersion !== undefined) return [];
    const message = `EKS has no default version of ${name} for Kubernetes ${kubernetesVersion}`;
    return [fault('addon-version', { path, message, fix: 'name a version, or use another Kubernetes version' })];
  });
}

/** The charts in this deployment are of the version that the file asks for. */
export function checkCharts({ cluster, offers }: World): Finding[] {
  const { version } = cluster.spec.karpenter;
  if (version === offers.chartVersion) return [];
  return [
    fault('karpenter-charts', {
      path: 'spec.karpenter.version',
      message: `is ${version}; this deployment carries the charts of ${offers.chartVersion}`,
      fix: `use ${offers.chartVersion}, or deploy Joinery again with the charts of ${version}`,
    }),
  ];
}
