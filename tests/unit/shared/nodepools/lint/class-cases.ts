import type { RuleCase } from './case.ts';
import { aClass, aPool, SUBNET, volume } from './sample.ts';

const CLASS = 'EC2NodeClass/default';
const spec = (value: Record<string, unknown>) => [aPool(), aClass(value)];
const alias = (value: string) => spec({ amiSelectorTerms: [{ alias: value }] });

export const CLASS_CASES: readonly RuleCase[] = [
  {
    rule: 'latest-ami',
    fires: {
      when: '@latest',
      objects: alias('al2023@latest'),
      finds: [['warning', CLASS, 'spec.amiSelectorTerms[0].alias']],
    },
    near: { when: 'a pinned version', objects: alias('al2023@v20261101') },
  },
  {
    rule: 'latest-ami',
    fires: {
      when: '@latest outside production',
      objects: alias('bottlerocket@latest'),
      context: { isProduction: false },
      finds: [['info', CLASS, 'spec.amiSelectorTerms[0].alias']],
    },
    near: { when: 'a name without a wildcard', objects: spec({ amiSelectorTerms: [{ name: 'bank-node-7' }] }) },
  },
  {
    rule: 'ended-ami-family',
    fires: {
      when: 'AL2 on 1.33',
      objects: alias('al2@v20260101'),
      context: { kubernetesVersion: '1.33' },
      finds: [['error', CLASS, 'spec.amiSelectorTerms[0].alias']],
    },
    near: { when: 'AL2023', objects: alias('al2023@v20261101'), context: { kubernetesVersion: '1.33' } },
  },
  {
    rule: 'ended-ami-family',
    fires: {
      when: 'AL2 as the family, on 1.32',
      objects: spec({ amiFamily: 'AL2', amiSelectorTerms: [{ id: 'ami-0a' }] }),
      context: { kubernetesVersion: '1.32' },
      finds: [['warning', CLASS, 'spec.amiFamily']],
    },
    near: {
      when: 'AL2023 as the family',
      objects: spec({ amiFamily: 'AL2023', amiSelectorTerms: [{ id: 'ami-0a' }] }),
    },
  },
  {
    rule: 'imdsv1-allowed',
    fires: {
      when: 'tokens are optional',
      objects: spec({ metadataOptions: { httpTokens: 'optional' } }),
      finds: [['error', CLASS, 'spec.metadataOptions.httpTokens']],
    },
    near: { when: 'nothing is said, and the default holds', objects: spec({ metadataOptions: undefined }) },
  },
  {
    rule: 'metadata-hop-limit',
    fires: {
      when: 'two hops',
      objects: spec({ metadataOptions: { httpPutResponseHopLimit: 2 } }),
      finds: [['warning', CLASS, 'spec.metadataOptions.httpPutResponseHopLimit']],
    },
    near: {
      when: 'two hops to an endpoint that is off',
      objects: spec({ metadataOptions: { httpPutResponseHopLimit: 2, httpEndpoint: 'disabled' } }),
    },
  },
  {
    rule: 'unencrypted-volume',
    fires: {
      when: 'the second volume does not say',
      objects: spec({
        blockDeviceMappings: [volume({ volumeType: 'gp3', encrypted: true }), volume({ volumeType: 'gp3' })],
      }),
      finds: [['warning', CLASS, 'spec.blockDeviceMappings[1].ebs.encrypted']],
    },
    near: {
      when: 'there are no mappings: the default is encrypted',
      objects: spec({ blockDeviceMappings: undefined }),
    },
  },
  {
    rule: 'old-volume-type',
    fires: {
      when: 'gp2',
      objects: spec({ blockDeviceMappings: [volume({ volumeType: 'gp2', encrypted: true })] }),
      finds: [['warning', CLASS, 'spec.blockDeviceMappings[0].ebs.volumeType']],
    },
    near: { when: 'io2', objects: spec({ blockDeviceMappings: [volume({ volumeType: 'io2', encrypted: true })] }) },
  },
  {
    rule: 'old-volume-type',
    fires: {
      when: 'no type',
      objects: spec({ blockDeviceMappings: [volume({ encrypted: true })] }),
      finds: [['info', CLASS, 'spec.blockDeviceMappings[0].ebs.volumeType']],
    },
    near: { when: 'a disk of the instance', objects: spec({ blockDeviceMappings: [{ deviceName: '/dev/xvdb' }] }) },
  },
  {
    rule: 'subnet-not-found',
    fires: {
      when: 'no subnet has the tag with that value',
      objects: [aPool(), aClass()],
      context: { subnets: [{ ...SUBNET, tags: { 'karpenter.sh/discovery': 'other' } }] },
      finds: [['error', CLASS, 'spec.subnetSelectorTerms[0]']],
    },
    near: {
      when: 'any value is asked for',
      objects: spec({ subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': '*' } }] }),
      context: { subnets: [{ ...SUBNET, tags: { 'karpenter.sh/discovery': 'other' } }] },
    },
  },
  {
    rule: 'subnet-not-found',
    fires: {
      when: 'one of two terms selects nothing',
      objects: spec({ subnetSelectorTerms: [{ id: 'subnet-0a' }, { id: 'subnet-0b' }] }),
      context: { subnets: [SUBNET] },
      finds: [['warning', CLASS, 'spec.subnetSelectorTerms[1]']],
    },
    near: { when: 'the subnets are not known', objects: spec({ subnetSelectorTerms: [{ id: 'subnet-0b' }] }) },
  },
];
