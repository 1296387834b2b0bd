import { describe, expect, it } from '@jest/globals';
import { adviceFor } from '../../../../functions/report-run/failure.ts';
import { rootCause } from '../../../../shared/runs/root-cause.ts';

const ofLambda = (errorType: string, errorMessage: string) => ({
  Error: errorType,
  Cause: JSON.stringify({ errorType, errorMessage, trace: ['at …'] }),
});
const ofExecution = (inner: object, Status = 'FAILED') => ({
  Error: 'States.TaskFailed',
  Cause: JSON.stringify({ ExecutionArn: 'arn', Status, ...inner }),
});

describe('the root cause', () => {
  it.each([
    ['of a function', ofLambda('ForeignCluster', 'not ours'), { error: 'ForeignCluster', message: 'not ours' }],
    [
      'two executions down',
      ofExecution(ofExecution(ofLambda('SmokeTestFailed', 'no capacity'))),
      { error: 'SmokeTestFailed', message: 'no capacity' },
    ],
    [
      'of an execution that ended with a plain cause',
      ofExecution({ Error: 'StepExpired', Cause: 'rollout: 1 of 2 replicas' }),
      { error: 'StepExpired', message: 'rollout: 1 of 2 replicas' },
    ],
    [
      'of an execution that was stopped without a word',
      ofExecution({}, 'ABORTED'),
      { error: 'ExecutionABORTED', message: 'a nested execution is ABORTED' },
    ],
    [
      'of a Fail state',
      { Error: 'StepExpired', Cause: 'cluster: EKS says CREATING' },
      { error: 'StepExpired', message: 'cluster: EKS says CREATING' },
    ],
    ['that is JSON of another kind', { Error: 'X', Cause: '[1]' }, { error: 'X', message: '[1]' }],
    ['that is JSON without a known field', { Error: 'X', Cause: '{"a":1}' }, { error: 'X', message: '{"a":1}' }],
    ['that was cut off', { Error: 'X', Cause: '{"errorMess' }, { error: 'X', message: '{"errorMess' }],
    ['that is missing', {}, { error: 'Unknown', message: '' }],
  ])('%s', (_, caught, expected) => {
    expect(rootCause(caught)).toEqual(expected);
  });
});

describe('the advice', () => {
  it('is that of the error, and to mend the cause and start again for any other', () => {
    expect(adviceFor('LeaseHeld')).toContain('Wait until the other run has ended');
    expect(adviceFor('KubernetesConflict')).toContain('force-field-conflicts');
    expect(adviceFor('Never heard of')).toMatch(/^Mend the cause\. Then start the same state machine/);
  });
});
