import type { SimulatedService } from '../../types.ts';
import { queueOperations } from './queues.ts';
import { receivingOperations } from './receiving.ts';
import { sendingOperations } from './sending.ts';

/** SQS: standard queues with SSE-SQS. What is set takes effect at once. */
export const sqs: SimulatedService = {
  serviceId: 'SQS',
  operations: { ...queueOperations, ...sendingOperations, ...receivingOperations },
};
