import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emitEvent } from '../../../../simulator/aws/services/eventbridge/bus.ts';
import { eventsState } from '../../../../simulator/aws/services/eventbridge/state.ts';
import { sqsState } from '../../../../simulator/aws/services/sqs/state.ts';
import type { Template } from '../../../../simulator/cloudformation/template.ts';
import { boundaryTemplate, serviceRoleStatements, stackCloud } from '../../../support/stack-cloud.ts';

const DIRECT = ['PutRule', 'DescribeRule', 'DeleteRule', 'PutTargets', 'RemoveTargets', 'ListTargetsByRule'];

/** The boundary's template, whose service role may also do so with rules. */
function withRules(actions: readonly string[]): Template {
  const template = boundaryTemplate();
  const Action = actions.map((name) => `events:${name}`);
  serviceRoleStatements(template).push({ Sid: 'Rules', Effect: 'Allow', Action, Resource: '*' });
  return template;
}

const body = (rule: string, ...targets: string[]) => `
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: joinery-cluster-one } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
${rule}
      Targets: [${targets.map((Id) => `{ Id: ${Id}, Arn: !GetAtt Queue.Arn, RetryPolicy: { MaximumRetryAttempts: '3' } }`).join(', ')}]
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: { Service: events.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: { ArnEquals: { 'aws:SourceArn': !GetAtt Rule.Arn } }
`;
const SPOT = '      EventPattern: { source: [aws.ec2] }';

let world: Awaited<ReturnType<typeof stackCloud>>;
const open = async (actions: readonly string[] = DIRECT) => {
  world = await stackCloud({ template: withRules(actions) });
};
const cfn = (operation: string, TemplateBody?: string) =>
  world.call('CloudFormation', operation, {
    StackName: 'one',
    RoleARN: world.serviceRoleArn,
    ...(TemplateBody === undefined ? {} : { TemplateBody }),
  });
const rules = () => Object.values(eventsState(world.simulation).rules);

beforeEach(() => open());
afterEach(() => world.simulation.close());

describe("a stack's event rule", () => {
  it('stands with its targets, and events reach them', async () => {
    await cfn('CreateStack', body(SPOT, 'a'));
    expect(await world.settled('one')).toBe('CREATE_COMPLETE');
    expect(rules()).toMatchObject([
      { name: expect.stringMatching(/^one-Rule-/), targets: { a: { retry: { maximumRetryAttempts: 3 } } } },
    ]);

    emitEvent(world.simulation, { source: 'aws.ec2', detailType: 'x', resources: [], detail: {} });
    await world.simulation.runFor(2);

    expect(Object.keys(sqsState(world.simulation).queues['joinery-cluster-one']?.messages ?? {})).toHaveLength(1);
  });

  it('is changed in place: targets that are left out go', async () => {
    await cfn('CreateStack', body(SPOT, 'a', 'b'));
    await world.settled('one');
    const [{ name } = { name: '' }] = rules();

    await cfn('UpdateStack', body('      ScheduleExpression: rate(1 hour)', 'b', 'c'));

    expect(await world.settled('one')).toBe('UPDATE_COMPLETE');
    expect(rules()).toMatchObject([{ name, pattern: null, schedule: 'rate(1 hour)' }]);
    expect(Object.keys(rules()[0]?.targets ?? {}).toSorted()).toEqual(['b', 'c']);
  });

  it('goes with the stack', async () => {
    await cfn('CreateStack', body(SPOT, 'a'));
    await world.settled('one');

    await cfn('DeleteStack');
    await world.settled('one').catch(() => undefined);

    expect(rules()).toEqual([]);
  });

  it.each<[string, string, readonly string[], string]>([
    [
      'a pattern that EventBridge refuses',
      '      EventPattern: { source: aws.ec2 }',
      ['a'],
      'must be an object or an array',
    ],
    ['an unknown property', `${SPOT}\n      Color: red`, ['a'], 'unsupported property Color'],
    ['six targets', SPOT, ['a', 'b', 'c', 'd', 'e', 'f'], 'at most 5 targets'],
    ['two targets of one id', SPOT, ['a', 'a'], 'must differ'],
  ])('fails its stack for %s', async (_what, rule, targets, reason) => {
    await cfn('CreateStack', body(rule, ...targets));

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain(reason);
  });

  it.each(['PutRule', 'PutTargets', 'DescribeRule'])('cannot be made without events:%s', async (missing) => {
    world.simulation.close();
    await open(DIRECT.filter((name) => name !== missing));

    await cfn('CreateStack', body(SPOT, 'a'));
    await world.settled('one');

    expect((await world.failures('one'))[0]).toContain(`not authorized to perform: events:${missing}`);
  });
});
