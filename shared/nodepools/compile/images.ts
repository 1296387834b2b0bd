import { isSeq, type YAMLMap } from 'yaml';
import { dropIfEmpty } from './metadata.ts';
import { insert, jsonOf, keyOf, mapAt, nodeAt, pairAt, put, renamed, take, textOf } from './nodes.ts';
import type { Reporter } from './report.ts';

export type ImageOptions = {
  /** Of the cluster that the class is for, such as 1.35; when it is not known, Amazon Linux 2 is only noted. */
  readonly kubernetesVersion?: string | undefined;
};

const WITH_ALIAS = ['AL2', 'AL2023', 'Bottlerocket', 'Windows2019', 'Windows2022', 'Windows2025'];
const FIRST_WITHOUT_AL2 = 33;
const ALIAS_VERSION = 'compatibility.karpenter.k8s.aws/v1-alias-version';

function hasNoAl2(version: string | undefined): boolean {
  const [major, minor] = (version ?? '').split('.').map(Number);
  return major === 1 && minor !== undefined && minor >= FIRST_WITHOUT_AL2;
}

function aliasVersion(root: YAMLMap): string {
  const metadata = mapAt(root, 'metadata');
  const annotations = mapAt(metadata, 'annotations');
  const version = textOf(nodeAt(annotations, ALIAS_VERSION));
  if (version === undefined) return 'latest';
  take(annotations, ALIAS_VERSION);
  dropIfEmpty(metadata, 'annotations');
  return version;
}

function replaceByAlias(root: YAMLMap, spec: YAMLMap, family: string, options: ImageOptions, report: Reporter): void {
  const pair = pairAt(spec, 'amiFamily');
  if (family === 'AL2' && hasNoAl2(options.kubernetesVersion)) {
    const what = pair ? 'is AL2' : 'is not given, which meant AL2';
    const message = `${what}: Amazon Linux 2 has ended and has no image for Kubernetes ${options.kubernetesVersion}; write amiFamily AL2023, with userData for nodeadm`;
    report.error(pair ?? 'spec.amiFamily', message);
    report.settle('spec.amiSelectorTerms');
    return;
  }
  const alias = `${family.toLowerCase()}@${aliasVersion(root)}`;
  const terms = [{ alias }];
  report.note(
    family === 'AL2' ? 'ami-ended' : 'ami-alias',
    pair ?? 'spec.amiSelectorTerms',
    pair && { amiFamily: family },
    { amiSelectorTerms: terms },
  );
  take(spec, 'amiSelectorTerms');
  if (!pair) {
    put(spec, 'amiSelectorTerms', terms, spec.items[0] && keyOf(spec.items[0]));
    return;
  }
  const next = spec.items[spec.items.indexOf(pair) + 1];
  take(spec, 'amiFamily');
  insert(spec, renamed(pair, 'amiSelectorTerms', terms), next && keyOf(next));
}

/** Families whose images the class must choose itself. */
const WITHOUT_ALIAS: Readonly<Record<string, string>> = {
  Ubuntu: 'is Ubuntu, which is no family in v1: choose its images in amiSelectorTerms',
  Custom: 'is Custom: the images must be chosen in amiSelectorTerms',
};

/** Ubuntu's images were started as AL2's are; only the root volume has another name. */
function replaceUbuntu(spec: YAMLMap, report: Reporter): void {
  const pair = put(spec, 'amiFamily', 'AL2');
  report.note('ami-ubuntu', pair, 'Ubuntu', 'AL2');
  if (pairAt(spec, 'blockDeviceMappings')) return;
  const ebs = { encrypted: true, volumeType: 'gp3', volumeSize: '20Gi' };
  const mappings = [{ deviceName: '/dev/sda1', rootVolume: true, ebs }];
  report.note('default-kept', 'spec.blockDeviceMappings', null, mappings);
  put(spec, 'blockDeviceMappings', mappings);
}

/** Gives a class the amiSelectorTerms that v1 wants. `fallback` is the family that an older version took when none was given. */
export function convertImages(
  root: YAMLMap,
  fallback: string | undefined,
  options: ImageOptions,
  report: Reporter,
): void {
  const spec = mapAt(root, 'spec');
  if (!spec) return;
  const given = jsonOf(nodeAt(spec, 'amiFamily'));
  if (given !== undefined && typeof given !== 'string') return;
  const terms = nodeAt(spec, 'amiSelectorTerms');
  const hasTerms = isSeq(terms) ? terms.items.length > 0 : terms !== undefined;
  const family = given ?? fallback;
  if (!hasTerms) {
    if (family !== undefined && WITH_ALIAS.includes(family)) replaceByAlias(root, spec, family, options, report);
    const reason = family === undefined || !Object.hasOwn(WITHOUT_ALIAS, family) ? undefined : WITHOUT_ALIAS[family];
    if (reason !== undefined) {
      report.error(pairAt(spec, 'amiFamily') ?? 'spec.amiFamily', reason);
      report.settle('spec.amiFamily', 'spec.amiSelectorTerms', 'spec');
    }
    return;
  }
  if (family === 'Ubuntu') replaceUbuntu(spec, report);
  else if (given === undefined && fallback !== undefined) {
    report.note('default-kept', 'spec.amiFamily', null, fallback);
    put(spec, 'amiFamily', fallback, 'amiSelectorTerms');
  }
}
