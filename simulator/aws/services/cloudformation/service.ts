import type { ProviderTable } from '../../../cloudformation/provider.ts';
import { standardProviders } from '../../../cloudformation/standard-providers.ts';
import type { SimulatedService } from '../../types.ts';
import { changeOperations } from './change-operations.ts';
import { describeOperations } from './describe-operations.ts';
import { registerEngine } from './engine.ts';

/** CloudFormation, able to make resources of the given types. */
export function cloudFormationService(providers: ProviderTable = standardProviders): SimulatedService {
  return {
    serviceId: 'CloudFormation',
    operations: { ...changeOperations(providers), ...describeOperations },
    register: (_simulation, context) => registerEngine(context, providers),
  };
}
