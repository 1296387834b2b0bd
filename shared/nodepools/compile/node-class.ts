import { isMap, type YAMLMap } from 'yaml';
import { convertImages, type ImageOptions } from './images.ts';
import { jsonOf, mapAt, mapIn, pairAt, put, take } from './nodes.ts';
import type { Reporter } from './report.ts';
import { convertSelector } from './selectors.ts';

export type ClassOptions = ImageOptions & {
  /** For classes that name neither a role nor an instance profile. */
  readonly role?: string | undefined;
};

function nodeRole(spec: YAMLMap, { role }: ClassOptions, report: Reporter): void {
  if (pairAt(spec, 'role') || pairAt(spec, 'instanceProfile')) return;
  if (role === undefined) {
    const message =
      'is needed, or instanceProfile: v1alpha5 could take the profile from its global settings, v1 cannot; write one, or give --role NAME';
    report.error('spec.role', message);
    return;
  }
  report.note('option-role', 'spec.role', null, role);
  put(spec, 'role', role);
}

/** Older versions let pods reach the metadata service over one hop more. */
function keepHopLimit(spec: YAMLMap, report: Reporter): void {
  const why =
    'older versions had 2, v1 has 1: with 1 no pod reaches the metadata service unless it has the host network; take it out if no pod should';
  report.note('default-kept', 'spec.metadataOptions.httpPutResponseHopLimit', null, 2, why);
  put(mapIn(spec, 'metadataOptions'), 'httpPutResponseHopLimit', 2);
}

/** Makes what Karpenter v1 takes of the spec of an EC2NodeClass, v1beta1 or v1 that was written as v1beta1. */
export function convertNodeClass(root: YAMLMap, isV1: boolean, options: ClassOptions, report: Reporter): void {
  const spec = mapAt(root, 'spec');
  if (!spec) return;
  convertImages(root, undefined, options, report);
  if (isV1) return;
  nodeRole(spec, options, report);
  const metadataOptions = pairAt(spec, 'metadataOptions');
  const isReadable = !metadataOptions || isMap(metadataOptions.value);
  if (isReadable && !pairAt(mapAt(spec, 'metadataOptions'), 'httpPutResponseHopLimit')) keepHopLimit(spec, report);
}

/** Makes an EC2NodeClass of an AWSNodeTemplate, or of the inline provider of a Provisioner. */
export function convertNodeTemplate(root: YAMLMap, options: ClassOptions, report: Reporter): void {
  const spec = mapIn(root, 'spec');
  for (const field of ['apiVersion', 'kind']) {
    const pair = take(spec, field);
    if (pair) report.note('no-meaning', pair, jsonOf(pair), null);
  }
  const launchTemplate = pairAt(spec, 'launchTemplate');
  if (launchTemplate) {
    const message =
      'cannot be carried over: Karpenter makes its own launch templates; say what it holds in the fields of the EC2NodeClass';
    report.error(launchTemplate, message);
    take(spec, 'launchTemplate');
  }
  for (const field of ['subnetSelector', 'securityGroupSelector', 'amiSelector']) convertSelector(spec, field, report);
  convertImages(root, 'AL2', options, report);
  nodeRole(spec, options, report);
  const metadataOptions = mapAt(spec, 'metadataOptions');
  if (!pairAt(spec, 'metadataOptions')) keepHopLimit(spec, report);
  else if (metadataOptions && !pairAt(metadataOptions, 'httpTokens')) {
    const why =
      'v1alpha1 left it to EC2, which takes optional, v1 takes required; write required unless something still needs IMDSv1';
    report.note('default-kept', 'spec.metadataOptions.httpTokens', null, 'optional', why);
    put(metadataOptions, 'httpTokens', 'optional');
  }
}
