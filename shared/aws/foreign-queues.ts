import { type EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { isNotFound, toOpsError } from './errors.ts';
import { everyPage } from './pages.ts';

/** A queue that somebody else made. */
export type ForeignQueue = {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As it is written; empty when there is none. */
  readonly policy: string;
  /** The key of KMS with which it is encrypted; empty: SQS's own, or none. */
  readonly kmsKey: string;
  readonly tags: Readonly<Record<string, string>>;
};

export type ForeignQueues = {
  /** By name, in this account and Region. */
  find(name: string): Promise<ForeignQueue | undefined>;
  tag(url: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(url: string, keys: readonly string[]): Promise<void>;
  /** Empty takes the policy away. */
  setPolicy(url: string, policy: string): Promise<void>;
  /** Names of the rules of the default bus that send to it. */
  rulesTo(arn: string): Promise<string[]>;
};

type Clients = { readonly sqs: Pick<SQSClient, 'send'>; readonly events: Pick<EventBridgeClient, 'send'> };

export function foreignQueues({ sqs, events }: Clients): ForeignQueues {
  return {
    find: async (name) => {
      try {
        const { QueueUrl: url = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
        const [{ Attributes = {} }, { Tags: tags = {} }] = await Promise.all([
          sqs.send(
            new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'Policy', 'KmsMasterKeyId'] }),
          ),
          sqs.send(new ListQueueTagsCommand({ QueueUrl: url })),
        ]);
        const { QueueArn: arn = '', Policy: policy = '', KmsMasterKeyId: kmsKey = '' } = Attributes;
        return { name, url, arn, policy, kmsKey, tags };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw toOpsError(error, `looking at the queue ${name}`, { queue: name });
      }
    },
    tag: async (QueueUrl, tags) => {
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { ...tags } })).catch((error: unknown) => {
        throw toOpsError(error, `tagging the queue ${QueueUrl}`);
      });
    },
    untag: async (QueueUrl, keys) => {
      await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: [...keys] })).catch((error: unknown) => {
        throw toOpsError(error, `taking a tag off the queue ${QueueUrl}`);
      });
    },
    setPolicy: async (QueueUrl, Policy) => {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })).catch((error: unknown) => {
        throw toOpsError(error, `setting the policy of the queue ${QueueUrl}`);
      });
    },
    rulesTo: async (TargetArn) => {
      const pages = await everyPage(
        (NextToken) =>
          events
            .send(new ListRuleNamesByTargetCommand({ TargetArn, ...(NextToken === undefined ? {} : { NextToken }) }))
            .catch((error: unknown) => {
              throw toOpsError(error, `looking for rules that send to ${TargetArn}`);
            }),
        (page) => page.NextToken,
      );
      return pages.flatMap(({ RuleNames }) => RuleNames ?? []);
    },
  };
}
