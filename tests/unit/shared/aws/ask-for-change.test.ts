import { describe, expect, it } from '@jest/globals';
import { askForChange } from '../../../../shared/aws/ask-for-change.ts';
import type { StepResult } from '../../../../shared/runs/run.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { anInput, aStepWorld } from '../../../support/fakes/step-world.ts';

const asked = { ready: false, detail: 'asked', change: 'created' } as const;
const propagating = anAwsError('InvalidParameterException', 'Role with arn: x could not be assumed');

function ask(error: Error | undefined, sinceSeconds = 0, roleAgeSeconds?: number) {
  const world = aStepWorld();
  const startedAt = new Date(world.clock.now() - sinceSeconds * 1000).toISOString();
  const previous = { name: 'cluster', startedAt } as StepResult;
  const input = anInput('cluster', previous);
  const role = roleAgeSeconds === undefined ? {} : { roleMadeAtMs: world.clock.now() - roleAgeSeconds * 1000 };
  return askForChange({ input, clock: world.clock, ...role }, asked, async () => {
    if (error) throw error;
  });
}

describe('asking AWS for a change', () => {
  it('answers what was asked when AWS takes it', async () => {
    expect(await ask(undefined)).toBe(asked);
  });

  it.each([
    propagating,
    anAwsError('ResourcePropagationDelayException', 'the service-linked role is not ready'),
    anAwsError('ResourceInUseException', 'Cluster already exists with name: banking-prod'),
    anAwsError('AlreadyExistsException', 'Stack already exists'),
    anAwsError('InvalidRequestException', "Cluster 'banking-prod' is not in ACTIVE status"),
  ])('waits and looks again at %s', async (error) => {
    const answer = await ask(error);

    expect(answer).toMatchObject({ ready: false, change: 'none' });
    expect(answer.detail).toContain(error.message);
  });

  it('waits two minutes for IAM, then says that the role is wrong', async () => {
    expect(await ask(propagating, 119)).toMatchObject({ ready: false });
    await expect(ask(propagating, 120)).rejects.toMatchObject({
      name: 'RoleUnusable',
      message: expect.stringContaining('Role with arn: x could not be assumed'),
      cause: propagating,
    });
  });

  it('counts the two minutes from the making of the role where the step had to wait for it', async () => {
    expect(await ask(propagating, 500, 119)).toMatchObject({ ready: false });
    await expect(ask(propagating, 500, 120)).rejects.toMatchObject({ name: 'RoleUnusable' });
    expect(await ask(propagating, 10, 86_400)).toMatchObject({ ready: false });
  });

  it('waits for something else that is under way as long as the step may take', async () => {
    expect(await ask(anAwsError('ResourceInUseException'), 3000)).toMatchObject({ ready: false });
  });

  it('lets every other refusal through as it is', async () => {
    const refusal = anAwsError('InvalidParameterException', 'subnets must be in two zones');

    await expect(ask(refusal)).rejects.toBe(refusal);
  });
});
