import type { SimulatedService } from '../../types.ts';
import { onInstanceChange } from '../ec2/instance-lifecycle.ts';
import { emitEvent } from './bus.ts';
import { registerDelivery } from './delivery/deliver.ts';
import type { FunctionTargets } from './delivery/targets.ts';
import { stateChange } from './events/ec2.ts';
import { eventOperations } from './put-events.ts';
import { ruleOperations } from './rule-operations.ts';
import { registerTicks } from './schedules/ticks.ts';
import { eventsState } from './state.ts';
import { targetOperations } from './target-operations.ts';

/** EventBridge: the default bus with rules, schedules and targets. Changes of rules take effect at once. */
export function eventBridgeService(functions: FunctionTargets): SimulatedService {
  return {
    serviceId: 'EventBridge',
    operations: { ...ruleOperations, ...targetOperations, ...eventOperations },
    register(simulation, context) {
      const { accountId, region } = context;
      Object.assign(eventsState(simulation), { accountId, region });
      registerDelivery(simulation, { context, functions });
      registerTicks(simulation);
      onInstanceChange(simulation, ({ instanceId, state }) => {
        emitEvent(simulation, stateChange({ accountId, region }, instanceId, state));
      });
    },
  };
}
