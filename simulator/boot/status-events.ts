import { NotSimulatedError } from '../aws/errors.ts';
import type { ExecutionRecord } from '../aws/services/sfn/executions.ts';
import type { Simulation } from '../core/simulation.ts';
import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import type { Deployment } from './deployment.ts';
import { matchesPattern } from './event-pattern.ts';

const KIND = 'events:deliver';
/** EventBridge hands most events over within half a second. */
const DELIVERY_SECONDS = 0.5;

type Delivery = {
  readonly ruleArn: string;
  readonly functionArn: string;
  readonly event: unknown;
};

type Options = {
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  readonly deployment: Deployment;
  readonly functions: AsynchronousInvocations;
};

/** The default bus, as far as Step Functions' own events go: rules of the template, delivered to their functions. */
export function statusEvents(options: Options): (record: ExecutionRecord) => void {
  const { simulation, deployment } = options;
  simulation.on<Delivery>(KIND, (delivery) => deliver(options, delivery));
  return (record) => {
    const event = statusEvent(record, options);
    for (const rule of deployment.rules.filter((candidate) => matchesPattern(candidate.pattern, event))) {
      for (const target of rule.targets) {
        const delivery: Delivery = { ruleArn: rule.arn, functionArn: target.arn, event };
        simulation.schedule(DELIVERY_SECONDS, KIND, delivery);
      }
    }
  };
}

function deliver(options: Options, delivery: Delivery): void {
  const { deployment, functions } = options;
  const isPermitted = deployment.permissions.some(
    ({ functionArn, principal, sourceArn }) =>
      functionArn === delivery.functionArn &&
      principal === 'events.amazonaws.com' &&
      (sourceArn === undefined || sourceArn === delivery.ruleArn),
  );
  if (!isPermitted)
    throw new NotSimulatedError(
      `${delivery.ruleArn} may not invoke ${delivery.functionArn}: the template lacks the permission`,
    );
  functions.invokeAsync(delivery.functionArn, delivery.event);
}

function statusEvent(record: ExecutionRecord, { simulation, accountId, region }: Options): object {
  return {
    version: '0',
    id: `00000000-0000-4000-8000-${String(simulation.nextId()).padStart(12, '0')}`,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: simulation.timestamp(),
    region,
    resources: [record.executionArn],
    detail: {
      executionArn: record.executionArn,
      stateMachineArn: record.stateMachineArn,
      name: record.name,
      status: record.status,
      startDate: record.startMs,
      stopDate: record.stopMs ?? null,
      input: record.input,
      output: record.output ?? null,
      inputDetails: { included: true },
      outputDetails: { included: true },
      error: record.error ?? null,
      cause: record.cause ?? null,
    },
  };
}
