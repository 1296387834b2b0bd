import { describe, expect, it } from '@jest/globals';
import { KubeError } from '../../../../shared/kube/errors.ts';

describe('an error of the API server', () => {
  it.each([
    [0, 'Unavailable', true],
    [400, 'KubernetesInvalid', false],
    [401, 'KubernetesAccessDenied', false],
    [403, 'KubernetesAccessDenied', false],
    [404, 'KubernetesError', false],
    [409, 'KubernetesConflict', false],
    [422, 'KubernetesInvalid', false],
    [429, 'Unavailable', true],
    [500, 'Unavailable', true],
    [503, 'Unavailable', true],
  ])('with status %s is %s for the state machines', (status, name, retryable) => {
    expect(new KubeError(status, 'read Pod/a', 'no')).toMatchObject({
      name,
      retryable,
      message: 'Could not read Pod/a: no',
      details: { status },
    });
  });
});
