import type { AccessEntry, Addon, Cluster, Nodegroup, PodIdentityAssociation } from '@aws-sdk/client-eks';
import type { EksAccess, EksAddons, EksClusters, EksNodegroups, EksPodIdentity } from '../../../shared/aws/eks.ts';
import { anAwsError, callRecorder } from './calls.ts';

type Surroundings = { readonly journal: string[]; readonly clock: { now(): number } };
type Timed<Thing> = { thing: Thing; activeAtMs: number };

const SECONDS = { createCluster: 450, updateCluster: 60, createNodegroup: 150, updateNodegroup: 20, addon: 25 };

/** One EKS account with at most one cluster. What is made or changed is ACTIVE after the usual time on the test's clock. */
export function fakeEks({ journal, clock }: Surroundings) {
  const calls = callRecorder(journal);
  let cluster: Timed<Cluster> | undefined;
  const nodegroups = new Map<string, Timed<Nodegroup>>();
  const addons = new Map<string, Timed<Addon>>();
  const entries = new Map<string, AccessEntry>();
  const policies = new Map<string, string[]>();
  let association: PodIdentityAssociation | undefined;

  const timed = <Thing>(thing: Thing, seconds: number): Timed<Thing> => ({
    thing,
    activeAtMs: clock.now() + seconds * 1000,
  });
  /** As it is now: what had to become ACTIVE by now is. */
  const shown = <Thing extends { status?: string | undefined }>(entry: Timed<Thing> | undefined): Thing | undefined => {
    if (!entry) return undefined;
    const isOnItsWay = ['CREATING', 'UPDATING'].includes(entry.thing.status ?? '');
    return isOnItsWay && clock.now() >= entry.activeAtMs ? { ...entry.thing, status: 'ACTIVE' } : entry.thing;
  };

  const clusters: EksClusters = {
    describe: async () => shown(cluster),
    create: async (input) => {
      calls.record('createCluster', input);
      if (cluster) throw anAwsError('ResourceInUseException', `Cluster already exists with name: ${input.name}`);
      const { clientRequestToken: _, ...settings } = input;
      cluster = timed({ ...settings, status: 'CREATING' } as Cluster, SECONDS.createCluster);
    },
    updateConfig: async ({ name, ...changes }) => {
      calls.record('updateCluster', { name, ...changes });
      if (Object.keys(changes).length !== 1)
        throw anAwsError('InvalidParameterException', 'Only one type of update can be allowed.');
      const present = shown(cluster);
      if (present?.status !== 'ACTIVE') throw anAwsError('ResourceInUseException', 'Cluster has an update in progress');
      cluster = timed({ ...present, ...changes, status: 'UPDATING' } as Cluster, SECONDS.updateCluster);
    },
  };
  const nodegroupPort: EksNodegroups = {
    describe: async (_, name) => shown(nodegroups.get(name)),
    create: async (input) => {
      calls.record('createNodegroup', input);
      const name = input.nodegroupName ?? '';
      if (nodegroups.has(name))
        throw anAwsError('ResourceInUseException', `NodeGroup already exists with name ${name}`);
      nodegroups.set(name, timed({ ...input, status: 'CREATING' } as Nodegroup, SECONDS.createNodegroup));
    },
    updateConfig: async (input) => {
      calls.record('updateNodegroup', input);
      const name = input.nodegroupName ?? '';
      const present = shown(nodegroups.get(name));
      if (present?.status !== 'ACTIVE') throw anAwsError('ResourceInUseException', 'Nodegroup is not in Active State');
      const scalingConfig = { ...present.scalingConfig, ...input.scalingConfig };
      nodegroups.set(name, timed({ ...present, scalingConfig, status: 'UPDATING' }, SECONDS.updateNodegroup));
    },
  };
  const addonPort: EksAddons = {
    describe: async (_, name) => shown(addons.get(name)),
    defaultVersion: async (name, version) => (version === '1.35' ? `v1.0.0-eksbuild.1-${name}` : undefined),
    create: async (input) => {
      calls.record('createAddon', input);
      addons.set(input.addonName ?? '', timed({ ...input, status: 'CREATING' } as Addon, SECONDS.addon));
    },
    update: async (input) => {
      calls.record('updateAddon', input);
      const present = shown(addons.get(input.addonName ?? ''));
      addons.set(input.addonName ?? '', timed({ ...present, ...input, status: 'UPDATING' } as Addon, SECONDS.addon));
    },
  };
  const access: EksAccess = {
    entry: async (_, principalArn) => entries.get(principalArn),
    createEntry: async (input) => {
      calls.record('createEntry', input);
      entries.set(input.principalArn ?? '', { ...input } as AccessEntry);
    },
    removeEntry: async (name, principalArn) => {
      calls.record('removeEntry', { name, principalArn });
      entries.delete(principalArn);
    },
    updateGroups: async (name, principalArn, groups) => {
      calls.record('updateGroups', { name, principalArn, groups });
      entries.set(principalArn, { ...entries.get(principalArn), kubernetesGroups: [...groups] });
    },
    policies: async (_, principalArn) => policies.get(principalArn) ?? [],
    associate: async (name, principalArn, policyArn) => {
      calls.record('associate', { name, principalArn, policyArn });
      if (!entries.has(principalArn)) throw anAwsError('ResourceNotFoundException', 'no such access entry');
      policies.set(principalArn, [...(policies.get(principalArn) ?? []), policyArn]);
    },
    disassociate: async (_, principalArn, policyArn) => {
      calls.record('disassociate', { principalArn, policyArn });
      const present = policies.get(principalArn) ?? [];
      policies.set(
        principalArn,
        present.filter((arn) => arn !== policyArn),
      );
      return present.includes(policyArn);
    },
  };
  const podIdentity: EksPodIdentity = {
    find: async () => association,
    create: async (input) => {
      calls.record('createAssociation', input);
      const createdAt = new Date(clock.now());
      association = { ...input, associationId: 'a-1', createdAt, modifiedAt: createdAt } as PodIdentityAssociation;
    },
    updateRole: async (_, associationId, roleArn) => {
      calls.record('updateAssociation', { associationId, roleArn });
      association = { ...association, roleArn, modifiedAt: new Date(clock.now()) };
    },
  };
  return {
    ...calls,
    clusters,
    nodegroups: nodegroupPort,
    addons: addonPort,
    access,
    podIdentity,
    cluster: () => shown(cluster),
    putCluster: (next: Cluster) => {
      cluster = timed(next, Number.POSITIVE_INFINITY);
    },
    putNodegroup: (next: Nodegroup) => {
      nodegroups.set(next.nodegroupName ?? '', timed(next, Number.POSITIVE_INFINITY));
    },
    nodegroup: (name: string) => shown(nodegroups.get(name)),
    putAddon: (next: Addon) => {
      addons.set(next.addonName ?? '', timed(next, Number.POSITIVE_INFINITY));
    },
    putAssociation: (next: PodIdentityAssociation) => {
      association = next;
    },
    putEntry: (next: AccessEntry) => {
      entries.set(next.principalArn ?? '', next);
    },
    entries: () => [...entries.values()],
    policiesOf: (principalArn: string) => policies.get(principalArn) ?? [],
  };
}
