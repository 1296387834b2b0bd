import { DescribeInstancesCommand, DescribeLaunchTemplatesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { type EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { InstanceFacts, LaunchTemplateFacts, QueueFacts, RuleFacts } from '../adoption/facts.ts';
import { isNotFound } from './errors.ts';
import { everyPage } from './pages.ts';

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const NOTICE_SOURCES = ['aws.ec2', 'aws.health'];
const OLD_TAG = 'karpenter.k8s.aws/cluster';
const NEW_TAG = 'eks:eks-cluster-name';

type Clients = {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly events: Pick<EventBridgeClient, 'send'>;
};

export type FoundQueue = QueueFacts & { readonly arn: string | null };

/** What a Karpenter leaves in the account: machines, launch templates, its queue and the rules that fill it. */
export function karpenterAccount({ ec2, sqs, events }: Clients) {
  const templatesTagged = async (key: string, cluster: string): Promise<[string, string][]> => {
    const Filters = [{ Name: `tag:${key}`, Values: [cluster] }];
    const pages = await everyPage(
      (NextToken) => ec2.send(new DescribeLaunchTemplatesCommand({ Filters, ...(NextToken ? { NextToken } : {}) })),
      (answer) => answer.NextToken,
    );
    return pages.flatMap(({ LaunchTemplates = [] }) =>
      LaunchTemplates.map(({ LaunchTemplateId = '', LaunchTemplateName = '' }): [string, string] => [
        LaunchTemplateId,
        LaunchTemplateName,
      ]),
    );
  };
  return {
    instances: async (cluster: string): Promise<InstanceFacts[]> => {
      const Filters = [
        { Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ['owned'] },
        { Name: 'tag-key', Values: ['karpenter.sh/nodepool'] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ];
      const pages = await everyPage(
        (NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, ...(NextToken ? { NextToken } : {}) })),
        (answer) => answer.NextToken,
      );
      return pages
        .flatMap(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances))
        .map(({ InstanceId = '', Tags = [] }) => ({
          id: InstanceId,
          nodePool: Tags.find(({ Key }) => Key === 'karpenter.sh/nodepool')?.Value ?? '',
        }));
    },
    launchTemplates: async (cluster: string): Promise<LaunchTemplateFacts[]> => {
      const [old, current] = await Promise.all([templatesTagged(OLD_TAG, cluster), templatesTagged(NEW_TAG, cluster)]);
      return [...new Map([...old, ...current])].map(([id, name]) => ({
        id,
        name,
        hasOldTag: old.some(([other]) => other === id),
        hasNewTag: current.some(([other]) => other === id),
      }));
    },
    /** The queue of that name; what is no name, or names nothing, does not exist. */
    queue: async (name: string): Promise<FoundQueue> => {
      const nothing = { name, exists: false, isEncrypted: false, deniesPlainTransport: false, tags: {}, arn: null };
      if (!QUEUE_NAME.test(name)) return nothing;
      try {
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
        const AttributeNames = ['QueueArn', 'Policy', 'SqsManagedSseEnabled', 'KmsMasterKeyId'] as const;
        const [{ Attributes = {} }, { Tags = {} }] = await Promise.all([
          sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] })),
          sqs.send(new ListQueueTagsCommand({ QueueUrl })),
        ]);
        return {
          name,
          exists: true,
          isEncrypted: Attributes['SqsManagedSseEnabled'] === 'true' || Boolean(Attributes['KmsMasterKeyId']),
          deniesPlainTransport: deniesPlainTransport(Attributes['Policy']),
          tags: Tags,
          arn: Attributes['QueueArn'] ?? null,
        };
      } catch (error) {
        if (isNotFound(error)) return nothing;
        throw error;
      }
    },
    /** The rules for notices that deliver to a queue. */
    rules: async (queueArn: string): Promise<RuleFacts[]> => {
      const pages = await everyPage(
        (NextToken) => events.send(new ListRulesCommand(NextToken ? { NextToken } : {})),
        (answer) => answer.NextToken,
      );
      const found: RuleFacts[] = [];
      for (const { Name = '', State, EventPattern } of pages.flatMap(({ Rules = [] }) => Rules)) {
        const pattern = patternOf(EventPattern);
        if (!pattern.sources.some((source) => NOTICE_SOURCES.includes(source))) continue;
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
        if (!Targets.some(({ Arn }) => Arn === queueArn)) continue;
        found.push({ name: Name, isEnabled: State === 'ENABLED', ...pattern });
      }
      return found;
    },
  };
}

export type KarpenterAccount = ReturnType<typeof karpenterAccount>;

function patternOf(json = '{}'): Pick<RuleFacts, 'sources' | 'detailTypes'> {
  const pattern = JSON.parse(json) as { source?: unknown[]; 'detail-type'?: unknown[] };
  const texts = (values: readonly unknown[] = []) => values.filter((value) => typeof value === 'string');
  return { sources: texts(pattern.source), detailTypes: texts(pattern['detail-type']) };
}

type Statement = { readonly Effect?: string; readonly Condition?: Record<string, Record<string, unknown>> };

function deniesPlainTransport(policy = '{}'): boolean {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return [Statement]
    .flat()
    .some(
      ({ Effect, Condition }) => Effect === 'Deny' && String(Condition?.['Bool']?.['aws:SecureTransport']) === 'false',
    );
}
