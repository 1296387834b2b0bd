import type { ProvidedResource, ProviderContext, ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';

/** A resource type that is made once, when the deployment stack boots, and never changes while the simulation runs. */
export function fixed(
  type: string,
  create: (properties: JsonMap, context: ProviderContext) => ProvidedResource | Promise<ProvidedResource>,
): ResourceProvider {
  const refuse = async (): Promise<never> => {
    throw new TemplateError(`${type} can only be made when the deployment stack boots`);
  };
  return {
    type,
    seconds: [0, 0],
    create: async (properties, context) => create(properties, context),
    update: refuse,
    delete: refuse,
  };
}
