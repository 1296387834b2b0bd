import { describe, expect, it } from '@jest/globals';
import { chooseQueue, type QueueQuestion } from '../../../../functions/attachment/choose-queue.ts';

const ours = { name: 'joinery-cluster-x', url: 'https://ours', arn: 'arn:ours' };
const theirs = { name: 'Karpenter-x', url: 'https://theirs', arn: 'arn:theirs', policy: '{ }', kmsKey: '', tags: {} };

const aQuestion = (more: Partial<QueueQuestion> = {}): QueueQuestion => ({
  cluster: 'x',
  ours,
  reads: 'Karpenter-x',
  theirs,
  hasConsent: false,
  chosen: undefined,
  readerRoleArn: 'arn:karpenter',
  karpenterNamespace: 'karpenter',
  karpenterVersion: '1.6.3',
  ...more,
});
const chosenOurs = { owner: 'ours', ...ours, policyBefore: '', readerRoleArn: '' } as const;
const chosenTheirs = {
  owner: 'theirs',
  name: 'Karpenter-x',
  url: '',
  arn: '',
  policyBefore: '',
  readerRoleArn: '',
} as const;

describe('the queue of an attached cluster', () => {
  it('is theirs with consent, and its policy is remembered as it is written', () => {
    expect(chooseQueue(aQuestion({ hasConsent: true }))).toEqual({
      queue: {
        owner: 'theirs',
        name: 'Karpenter-x',
        url: 'https://theirs',
        arn: 'arn:theirs',
        policyBefore: '{ }',
        readerRoleArn: '',
      },
      todo: undefined,
    });
  });

  it.each([
    ['without consent', {}, 'Karpenter reads its own queue Karpenter-x'],
    [
      'where interruption handling is off',
      { reads: '', theirs: undefined, hasConsent: true },
      'interruption handling is off',
    ],
    [
      'where theirs is not there',
      { theirs: undefined, hasConsent: true },
      'a queue Karpenter-x that does not exist here',
    ],
  ])('is ours %s, with the one value to change', (_, more, said) => {
    const { queue, todo } = chooseQueue(aQuestion(more));

    expect(queue).toMatchObject({ owner: 'ours', ...ours, readerRoleArn: 'arn:karpenter' });
    expect(todo).toContain(said);
    expect(todo).toContain(
      '--namespace karpenter --version 1.6.3 --reuse-values --set settings.interruptionQueue=joinery-cluster-x',
    );
  });

  it('leaves nothing to do once Karpenter reads it', () => {
    const reads = { reads: ours.name, theirs: undefined, chosen: chosenOurs };
    expect(chooseQueue(aQuestion(reads)).todo).toBeUndefined();
  });

  it('says what to allow where the role of Karpenter is not known', () => {
    expect(chooseQueue(aQuestion({ readerRoleArn: '' })).todo).toContain('sqs:ReceiveMessage on arn:ours');
  });

  it('stays what an earlier run chose', () => {
    expect(chooseQueue(aQuestion({ chosen: chosenOurs, hasConsent: true })).queue.owner).toBe('ours');
    expect(chooseQueue(aQuestion({ chosen: chosenTheirs })).queue).toBe(chosenTheirs);
    expect(() => chooseQueue(aQuestion({ chosen: chosenTheirs, reads: 'another' }))).toThrow(/reads another now/);
  });

  it.each([
    ["that is another cluster's", { tags: { 'joinery.dev:cluster': 'y' } }, 'QueueShared'],
    ['with a key that the router may not use', { kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/1' }, 'QueueUnusable'],
  ])('is never one %s', (_, more, name) => {
    const question = aQuestion({ hasConsent: true, theirs: { ...theirs, ...more } });

    expect(() => chooseQueue(question)).toThrow(expect.objectContaining({ name }));
  });

  it('may have the key that SQS manages', () => {
    const question = aQuestion({ hasConsent: true, theirs: { ...theirs, kmsKey: 'alias/aws/sqs' } });
    expect(chooseQueue(question).queue.owner).toBe('theirs');
  });
});
