import { generatedName } from '../naming.ts';
import { checkProperties, documentText, textsOf } from '../properties.ts';
import type { ProviderContext, ResourceProvider } from '../provider.ts';
import type { JsonMap } from '../template.ts';

const TYPE = 'AWS::SQS::QueuePolicy';

function check(properties: JsonMap): void {
  checkProperties(TYPE, properties, { PolicyDocument: 'json', Queues: 'texts' }, ['PolicyDocument', 'Queues']);
}

async function set(queueUrls: readonly string[], Policy: string, context: ProviderContext): Promise<void> {
  for (const QueueUrl of queueUrls)
    await context.call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
}

export const queuePolicyProvider: ResourceProvider = {
  type: TYPE,
  seconds: [2, 5],
  async create(properties, context) {
    check(properties);
    const physicalId = generatedName(context, 128);
    await set(textsOf(properties, 'Queues'), documentText(properties['PolicyDocument']), context);
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(current, properties, context) {
    check(properties);
    const queues = textsOf(properties, 'Queues');
    await set(queues, documentText(properties['PolicyDocument']), context);
    await set(
      textsOf(current.properties, 'Queues').filter((url) => !queues.includes(url)),
      '',
      context,
    );
    return { physicalId: current.physicalId, attributes: current.attributes };
  },
  async delete({ properties }, context) {
    try {
      await set(textsOf(properties, 'Queues'), '', context);
    } catch (error) {
      const names = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
      if (!(error instanceof Error && names.includes(error.name))) throw error;
    }
  },
};
