import { describe, expect, it } from '@jest/globals';
import { aClass, aFile, aPool, faultsOf } from './sample.ts';

const network = (parts: Record<string, unknown>) =>
  aFile({ network: { subnetIds: ['subnet-a', 'subnet-b'], ...parts } });
const settings = (parts: Record<string, unknown>) => aFile({ karpenter: { settings: parts } });
const pools = (...nodePools: unknown[]) => aFile({ nodePools });

describe('a cluster file with a fault', () => {
  it.each([
    ['no map at all', 'hello', ': must be a map, is "hello"'],
    ['a missing Region', aFile({ region: undefined }), 'spec.region: is required'],
    ['another kind', aFile({}, { kind: 'Clustr' }), 'kind: must be Cluster; is "Clustr"'],
    [
      'a key nearly right',
      aFile({ bootstrapNodes: { minsize: 2 } }),
      'spec.bootstrapNodes.minsize: unknown key; did you mean minSize?',
    ],
    [
      'a key of an entry',
      pools({ profile: 'default' }, { profil: 'default', manifest: aPool('a') }),
      'spec.nodePools[1].profil: unknown key; did you mean profile?',
    ],
    ['a key that nothing is like', aFile({ zzzzzz: 1 }), 'spec.zzzzzz: unknown key'],
    ['a prototype key', JSON.parse('{"__proto__": {}}'), '__proto__: unknown key'],
    [
      'a setting that is ours',
      settings({ clusterName: 'x' }),
      'spec.karpenter.settings.clusterName: is set by Joinery from metadata.name',
    ],
    ['too many pods', aFile({ smokeTest: { pods: 51 } }), 'spec.smokeTest.pods: must be at most 50, is 51'],
    ['an empty section', aFile({ smokeTest: null }), 'spec.smokeTest: must be a map, is empty'],
    [
      'a number for a string',
      aFile({ tags: { costCentre: 12 } }),
      'spec.tags.costCentre: must be a string: put 12 in quotes',
    ],
    [
      'an unquoted version',
      aFile({ kubernetesVersion: 1.3 }),
      'spec.kubernetesVersion: must be in quotes, such as "1.35": unquoted it is the number 1.3, and 1.30 would become 1.3',
    ],
    [
      'a version with a patch',
      aFile({ kubernetesVersion: '1.35.2' }),
      'spec.kubernetesVersion: must be a minor version such as "1.35", is "1.35.2"',
    ],
    [
      'a chart version with a v',
      aFile({ karpenter: { version: 'v1.14.1' } }),
      'spec.karpenter.version: must be written without the v: chart versions have none, is "v1.14.1"',
    ],
    [
      'an unknown Karpenter',
      aFile({ karpenter: { version: '1.15.0' } }),
      'spec.karpenter.version: Karpenter 1.15.0 is not known here; 1.1 to 1.14 are',
    ],
    [
      'versions that do not fit',
      aFile({ kubernetesVersion: '1.36', karpenter: { version: '1.12.0' } }),
      'spec.kubernetesVersion: Karpenter 1.12.0 supports Kubernetes 1.26 to 1.35, not 1.36; use Karpenter 1.13 to 1.14',
    ],
    [
      'one node',
      aFile({ bootstrapNodes: { minSize: 1 } }),
      'spec.bootstrapNodes.minSize: must be at least 2, is 1: two controller replicas need two nodes',
    ],
    [
      'a size that is no whole number',
      aFile({ bootstrapNodes: { maxSize: 4.5 } }),
      'spec.bootstrapNodes.maxSize: must be a whole number, is 4.5',
    ],
    [
      'a default below what is given',
      aFile({ bootstrapNodes: { minSize: 4 } }),
      'spec.bootstrapNodes.desiredSize: is 3, below minSize 4',
    ],
    [
      'two architectures',
      aFile({ bootstrapNodes: { instanceTypes: ['t3.medium', 't4g.medium'] } }),
      'spec.bootstrapNodes.instanceTypes: mixes arm64 (t4g.medium) and x86_64 (t3.medium); a node group has one architecture',
    ],
    [
      'iops beyond the size',
      aFile({ bootstrapNodes: { disk: { gib: 20, iops: 10001 } } }),
      'spec.bootstrapNodes.disk.iops: is 10001; gp3 gives at most 500 for each GiB, 10000 here',
    ],
    [
      'throughput beyond the iops',
      aFile({ bootstrapNodes: { disk: { throughputMiBps: 751 } } }),
      'spec.bootstrapNodes.disk.throughputMiBps: is 751; gp3 gives at most a quarter of its iops, 750 here',
    ],
    [
      'one subnet',
      network({ subnetIds: ['subnet-a'] }),
      'spec.network.subnetIds: needs at least two subnets, in different zones; has 1',
    ],
    [
      'something that is no subnet',
      network({ subnetIds: ['subnet-a', 'vpc-b'] }),
      'spec.network.subnetIds[1]: must be a subnet id such as subnet-0123456789abcdef0, is "vpc-b"',
    ],
    [
      'no address range',
      network({ publicAccessCidrs: ['203.0.113.256/32'] }),
      'spec.network.publicAccessCidrs[0]: "203.0.113.256/32" must be an IPv4 range such as 203.0.113.0/24',
    ],
    [
      'host bits',
      network({ publicAccessCidrs: ['203.0.113.9/24'] }),
      'spec.network.publicAccessCidrs[0]: "203.0.113.9/24" has address bits beyond its prefix; the range is 203.0.113.0/24',
    ],
    [
      'a private range',
      network({ publicAccessCidrs: ['10.1.0.0/16'] }),
      'spec.network.publicAccessCidrs[0]: "10.1.0.0/16" lies in 10.0.0.0/8, which is not reachable from the internet: EKS refuses it here',
    ],
    [
      'ranges of no endpoint',
      network({ endpointAccess: 'private', publicAccessCidrs: ['203.0.113.0/24'] }),
      'spec.network.publicAccessCidrs: has no meaning with endpointAccess private: there is no public endpoint to limit',
    ],
    [
      'an idle window over the whole',
      settings({ batchIdleDuration: '11s' }),
      'spec.karpenter.settings.batchIdleDuration: is 11s, longer than batchMaxDuration 10s',
    ],
    [
      'a refresh that is too quick',
      settings({ amiRefreshInterval: '30s' }),
      'spec.karpenter.settings.amiRefreshInterval: must be at least 1m, is 30s',
    ],
    [
      'a duration without unit',
      settings({ batchMaxDuration: 10 }),
      'spec.karpenter.settings.batchMaxDuration: must be a duration in quotes, such as "10s"; unquoted it is the number 10',
    ],
    [
      'a request above its limit',
      aFile({ karpenter: { resources: { requests: { memory: '2Gi' } } } }),
      'spec.karpenter.resources.requests.memory: is 2Gi, above its limit 1Gi',
    ],
    [
      'no CPU for the smoke test',
      aFile({ smokeTest: { cpu: '0' } }),
      'spec.smokeTest.cpu: must be above 0 and at most 64, is 0',
    ],
    [
      'a tag of ours',
      aFile({ tags: { 'karpenter.sh/discovery': 'x' } }),
      'spec.tags["karpenter.sh/discovery"]: the prefix karpenter.sh/ is reserved: Joinery, AWS or Karpenter sets such tags',
    ],
    [
      'a consent that is none',
      aFile({ consent: ['automode'] }),
      'spec.consent[0]: must be one of add-bootstrap-nodes, auto-mode, change-authentication-mode, force-field-conflicts, install-addons, tag-shared-resources, use-existing-queue; is "automode", did you mean auto-mode?',
    ],
    [
      'an add-on version',
      aFile({ addons: { coredns: { version: '1.12' } } }),
      'spec.addons.coredns.version: must be an add-on version such as v1.20.4-eksbuild.1, is "1.12"',
    ],
    [
      'both profile and manifest',
      pools({ profile: 'default', manifest: aPool('a') }),
      'spec.nodePools[0]: needs either profile or manifest, has both',
    ],
    ['neither of them', pools({}), 'spec.nodePools[0]: needs either profile or manifest, has neither'],
    [
      'overrides of a manifest',
      pools({ profile: 'default' }, { manifest: aPool('a'), overrides: {} }),
      'spec.nodePools[1].overrides: goes with a profile; change the manifest itself',
    ],
    [
      'an unknown profile',
      pools({ profile: 'balance' }),
      'spec.nodePools[0].profile: there is no profile "balance"; did you mean balanced?',
    ],
    [
      'an override that is none',
      pools({ profile: 'default', overrides: { wieght: 1 } }),
      'spec.nodePools[0].overrides.wieght: unknown key; did you mean weight?',
    ],
    [
      'a broken manifest',
      pools({ profile: 'default' }, { manifest: { ...aPool('a'), broken: true } }),
      'spec.nodePools[1].manifest.spec.limits: is broken',
    ],
    [
      'overrides that do not go together',
      pools({ profile: 'default', overrides: { instanceTypes: ['m5.large'], instanceFamilies: ['m5'] } }),
      'spec.nodePools[0].overrides.instanceTypes: go without families',
    ],
    [
      'another kind of manifest',
      pools({ profile: 'default' }, { manifest: { kind: 'NodeClaim' } }),
      'spec.nodePools[1].manifest.kind: must be NodePool or EC2NodeClass here, is "NodeClaim"',
    ],
    [
      'a pool twice',
      pools({ profile: 'default' }, { manifest: aPool('default') }),
      'spec.nodePools[1].manifest.metadata.name: NodePool "default" is defined already, at spec.nodePools[0].profile',
    ],
    [
      'a class that the profiles bring',
      pools({ profile: 'default' }, { manifest: aClass('default') }),
      'spec.nodePools[1].manifest.metadata.name: EC2NodeClass "default" is defined already, at the profiles',
    ],
    [
      'a class that is not there',
      pools({ manifest: aClass('own') }, { manifest: aPool('a', 'default') }),
      'spec.nodePools[1].manifest.spec.template.spec.nodeClassRef.name: no EC2NodeClass "default" is in this file; there is own',
    ],
    [
      'classes without a pool',
      pools({ manifest: aClass('own') }),
      'spec.nodePools: has no NodePool: no pod of an application would ever get a node',
    ],
    ['no pools', pools(), 'spec.nodePools: needs at least one entry; leave the key out for the profile default'],
  ])('with %s is refused by path and reason, and for nothing else', (_, file, message) => {
    expect(faultsOf(file)).toEqual(expect.arrayContaining([message]));
    expect(faultsOf(file).filter((fault) => !fault.endsWith('is required') && fault !== message)).toEqual([]);
  });
});
