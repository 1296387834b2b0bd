import {
  DeleteAccessEntryCommand,
  type EKSClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eks';
import { isNotFound } from './errors.ts';

/** What marks a cluster of somebody's as one that Joinery may change, and takes the mark back. */
export type EksHandover = {
  tag(resourceArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(resourceArn: string, keys: readonly string[]): Promise<void>;
  /** An entry that is gone already is as good. */
  deleteEntry(cluster: string, principalArn: string): Promise<void>;
};

export function eksHandover(eks: Pick<EKSClient, 'send'>): EksHandover {
  return {
    tag: async (resourceArn, tags) => {
      await eks.send(new TagResourceCommand({ resourceArn, tags: { ...tags } }));
    },
    untag: async (resourceArn, keys) => {
      await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: [...keys] }));
    },
    deleteEntry: async (clusterName, principalArn) => {
      await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn })).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },
  };
}
