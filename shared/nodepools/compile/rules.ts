/** What the compiler does, by id: the reason that stands in each note. docs/nodepools-compile.md has them in a table. */
export const RULES = {
  'api-version': 'Karpenter 1.1 and newer serve only v1',
  kind: 'the kind has another name since v1beta1',
  'node-template': 'what describes a node stands under spec.template since v1beta1',
  'instance-wildcard': 'Karpenter takes no patterns: a pool with one never becomes Ready',
  'label-renamed': 'the label has another name; Karpenter reads both as the same',
  'annotation-renamed': 'the annotation has another name since v1beta1',
  'consolidation-policy': 'the policy has another name in v1',
  'consolidate-after': 'v1 wants consolidateAfter whenever disruption is written',
  consolidation: 'consolidation is a policy since v1beta1',
  'ttl-after-empty': 'it is a policy since v1beta1: WhenEmpty, with consolidateAfter',
  'ttl-until-expired': 'it is template.spec.expireAfter in v1',
  'expire-after':
    'it moved to the template in v1; nodes drift when it changes, and expiration no longer waits for a replacement',
  'default-kept': 'the default of the older version differs from that of v1; written out so that nothing changes',
  limits: 'limits have no resources level since v1beta1',
  'node-class-ref': 'v1 wants group, kind and name',
  provider: 'the inline provider became an EC2NodeClass of its own',
  'kubelet-moved': 'the kubelet settings moved to the EC2NodeClass in v1',
  'kubelet-split': 'pools that share an EC2NodeClass had different kubelet settings; each gets a class of its own',
  'kubelet-runtime': 'containerd is the only container runtime; the field is gone',
  'ami-alias': 'v1 wants amiSelectorTerms; an alias names the family and its version',
  'ami-ended':
    'Amazon Linux 2 has ended: there is no image of it from Kubernetes 1.33 on. Write al2023@VERSION, and userData for nodeadm',
  'ami-ubuntu': 'Ubuntu is no family in v1; its images start as AL2 does',
  selector: 'selectors are lists of terms since v1beta1',
  'server-field': 'only the API server and Karpenter write it',
  'no-meaning': 'it says nothing and v1 does not have it',
  'quoted-text': 'YAML 1.1, which kubectl reads, takes it for something else than a text',
  'yaml-alias': 'YAML aliases are written out',
  'profile-class':
    'EC2NodeClass default of the profiles is not among the manifests: it is made at bootstrap, from what AWS says of the cluster',
  'option-node-class': 'the pool names no EC2NodeClass; --node-class was given',
  'option-role': 'the class names neither role nor instanceProfile; --role was given',
} as const;

export type RuleId = keyof typeof RULES;
