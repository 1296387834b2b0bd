import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-eks';
import type { Simulation } from '../../../core/simulation.ts';
import { operation } from '../../types.ts';
import type { Checked } from './checked.ts';
import { eksError } from './faults.ts';
import { onPart, requestTags } from './permissions.ts';
import { eksState, type Tags } from './state.ts';
import { checkTags } from './tags-check.ts';

type Tagged = { arn: string; tags: Tags };

function findByArn(simulation: Simulation, arn: string): Tagged | undefined {
  return Object.values(eksState(simulation).clusters)
    .flatMap((cluster): Tagged[] => [
      cluster,
      ...Object.values(cluster.nodegroups),
      ...Object.values(cluster.addons),
      ...Object.values(cluster.accessEntries),
      ...Object.values(cluster.associations),
    ])
    .find((resource) => resource.arn === arn);
}

function byArn(simulation: Simulation, arn: string): Tagged {
  if (!/^arn:aws:eks:[a-z0-9-]+:\d{12}:[a-z-]+\/.+/.test(arn))
    throw eksError('BadRequestException', `Invalid resource arn: ${arn}`);
  const resource = findByArn(simulation, arn);
  if (!resource) throw eksError('NotFoundException', `Resource not found: ${arn}`);
  return resource;
}

export const tagOperations = {
  TagResource: operation<Checked<TagResourceRequest>, TagResourceResponse>({
    authorize: (input, { simulation }) => [
      onPart('TagResource', findByArn(simulation, input.resourceArn), input.resourceArn, requestTags(input.tags)),
    ],
    run: (input, { simulation }) => {
      const resource = byArn(simulation, input.resourceArn);
      resource.tags = checkTags({ ...resource.tags, ...input.tags });
      return {};
    },
  }),
  UntagResource: operation<Checked<UntagResourceRequest>, UntagResourceResponse>({
    authorize: (input, { simulation }) => [
      onPart('UntagResource', findByArn(simulation, input.resourceArn), input.resourceArn, {
        'aws:TagKeys': input.tagKeys,
      }),
    ],
    run: (input, { simulation }) => {
      const resource = byArn(simulation, input.resourceArn);
      const kept = Object.entries(resource.tags).filter(([key]) => !input.tagKeys.includes(key));
      resource.tags = Object.fromEntries(kept);
      return {};
    },
  }),
  ListTagsForResource: operation<Checked<ListTagsForResourceRequest>, ListTagsForResourceResponse>({
    authorize: (input, { simulation }) => [
      onPart('ListTagsForResource', findByArn(simulation, input.resourceArn), input.resourceArn),
    ],
    run: (input, { simulation }) => ({ tags: byArn(simulation, input.resourceArn).tags }),
  }),
};
