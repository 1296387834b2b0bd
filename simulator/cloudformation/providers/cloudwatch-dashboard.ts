import { generatedName } from '../naming.ts';
import { checkProperties, textOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import type { JsonMap } from '../template.ts';

const TYPE = 'AWS::CloudWatch::Dashboard';
const NAME_CHARACTERS = 255;

async function put(name: string, properties: JsonMap, context: ProviderContext): Promise<ProvidedResource> {
  checkProperties(TYPE, properties, { DashboardName: 'text', DashboardBody: 'text' }, ['DashboardBody']);
  const DashboardBody = textOf(properties, 'DashboardBody');
  await context.call('CloudWatch', 'PutDashboard', { DashboardName: name, DashboardBody });
  return { physicalId: name, attributes: {} };
}

export const dashboardProvider: ResourceProvider = {
  type: TYPE,
  seconds: [2, 6],
  async create(properties, context) {
    const name = textOf(properties, 'DashboardName') ?? generatedName(context, NAME_CHARACTERS);
    const made = await put(name, properties, context);
    context.exists(name);
    return made;
  },
  async update(current, properties, context) {
    if (textOf(current.properties, 'DashboardName') !== textOf(properties, 'DashboardName')) return 'replace';
    return put(current.physicalId, properties, context);
  },
  async delete({ physicalId }, context) {
    try {
      await context.call('CloudWatch', 'DeleteDashboards', { DashboardNames: [physicalId] });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'DashboardNotFoundError')) throw error;
    }
  },
};
