import type { SimulatedService } from '../../types.ts';
import { evaluateAll } from './alarms/evaluate.ts';
import { alarmOperations } from './alarms/operations.ts';
import { type AlarmMessage, type AlarmPublisher, NOTIFY, notify } from './alarms/state-change.ts';
import { RELEASE, release } from './alarms/suppression.ts';
import { countBus } from './count-bus.ts';
import { dashboardOperations } from './dashboards/operations.ts';
import { publishingOperations } from './publishing.ts';
import { readingOperations } from './reading.ts';
import { EVALUATE } from './store.ts';

/** CloudWatch: metrics, and alarms that publish to SNS through the port. */
export function cloudWatchService(publish: AlarmPublisher): SimulatedService {
  return {
    serviceId: 'CloudWatch',
    operations: { ...publishingOperations, ...readingOperations, ...alarmOperations, ...dashboardOperations },
    register(simulation, context) {
      countBus(simulation);
      simulation.on(EVALUATE, () => evaluateAll(simulation));
      simulation.on<{ name: string }>(RELEASE, (data) => release(simulation, data));
      simulation.on<AlarmMessage>(NOTIFY, (message) => notify(publish, message, context));
    },
  };
}
