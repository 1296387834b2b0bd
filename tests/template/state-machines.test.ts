import { describe, expect, it } from '@jest/globals';
import * as aslValidator from 'asl-validator';
import { substitute } from '../../simulator/stepfunctions/definition.ts';
import { AWS_ERROR_NAMES, thrownNames } from '../support/error-names.ts';
import { compiledTemplate, listOf, referenceOf, resourcesOf } from '../support/packaged.ts';
import {
  membersOf,
  namesOfStates,
  type PackagedMachine,
  packagedMachines,
  statesOf,
} from '../support/packaged-machines.ts';
import { actionsOf, policiesOf } from '../support/policy-statements.ts';

const validate = aslValidator.default;
const template = compiledTemplate();
const machines = packagedMachines(template);
const functionTimeouts = new Map(
  resourcesOf(template, 'AWS::Lambda::Function').map(({ id, properties }) => [id, Number(properties['Timeout'])]),
);

type Retrier = { ErrorEquals: string[]; JitterStrategy?: string; MaxDelaySeconds?: number; MaxAttempts?: number };

const arnOf = (id: string) =>
  id.endsWith('LambdaFunction')
    ? `arn:aws:lambda:eu-west-1:111122223333:function:${id}`
    : `arn:aws:states:eu-west-1:111122223333:stateMachine:${id}`;
const tokensOf = ({ definition }: PackagedMachine) =>
  new Set([...JSON.stringify(definition).matchAll(/\$\{([^}]+)\}/g)].map(([, token]) => token ?? ''));
const tasksOf = ({ definition }: PackagedMachine) => statesOf(definition).filter(({ state }) => state.Type === 'Task');
const retriersOf = (state: object) => (state as { Retry?: Retrier[] }).Retry ?? [];
const catchersOf = (state: object) => (state as { Catch?: { ErrorEquals: string[] }[] }).Catch ?? [];

describe.each(machines.map((machine) => [machine.id, machine] as const))('%s', (_, machine) => {
  it('is valid once its tokens are replaced', () => {
    const arns = Object.fromEntries(
      Object.entries(machine.substitutions).map(([token, id]) => [token, arnOf(id ?? '')]),
    );
    const verdict = validate(substitute(machine.definition, arns), { checkPaths: true, checkArn: true });

    expect(verdict.errorsText('\n')).toBe('');
    expect(verdict.isValid).toBe(true);
  });

  it('has a substitution for each token, and a token for each substitution', () => {
    expect([...tokensOf(machine)].sort()).toEqual(Object.keys(machine.substitutions).sort());
    expect(Object.values(machine.substitutions)).not.toContain(undefined);
  });

  it('has no name of a state twice', () => {
    expect(namesOfStates(machine.definition)).toHaveLength(statesOf(machine.definition).length);
  });

  it('says what it is for, and ends by itself', () => {
    expect(machine.definition.Comment).toMatch(/\.$/);
    expect(machine.definition.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('lets no task run without end, and gives its function time to end by itself', () => {
    const wrong = tasksOf(machine).filter(({ state }) => {
      const token = /^\$\{(\w+)\}$/.exec(state.Resource ?? '')?.[1] ?? '';
      const ownTimeout = functionTimeouts.get(machine.substitutions[token] ?? '') ?? 0;
      return !(Number(state.TimeoutSeconds) > ownTimeout);
    });

    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('retries every task with full jitter and a longest pause', () => {
    const wrong = tasksOf(machine).filter(({ state }) => {
      const retriers = retriersOf(state);
      const isGood = ({ JitterStrategy, MaxDelaySeconds = 0, MaxAttempts = 0 }: Retrier) =>
        JitterStrategy === 'FULL' && MaxDelaySeconds > 0 && MaxAttempts > 0;
      return retriers.length === 0 || !retriers.every(isGood);
    });

    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('catches what any task may throw', () => {
    const wrong = tasksOf(machine).filter(
      ({ state, isShielded }) =>
        !isShielded && !catchersOf(state).some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
    );

    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('matches names of errors that someone throws', () => {
    const known = new Set([...thrownNames().map(({ name }) => name), ...AWS_ERROR_NAMES]);
    const matched = statesOf(machine.definition).flatMap(({ state }) =>
      [...retriersOf(state), ...catchersOf(state)].flatMap(({ ErrorEquals }) => ErrorEquals),
    );

    expect([...new Set(matched)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('retries every error of a function that says that a retry may help', () => {
    const retryable = new Set(thrownNames().flatMap(({ name, isRetryable }) => (isRetryable ? [name] : [])));
    const missing = tasksOf(machine)
      .filter(({ state }) => state.Resource?.startsWith('${'))
      .flatMap(({ name, state }) => {
        const retried = new Set(retriersOf(state).flatMap(({ ErrorEquals }) => ErrorEquals));
        return [...retryable].filter((error) => !retried.has(error)).map((error) => `${name}: ${error}`);
      });

    expect(missing).toEqual([]);
  });

  it('uses only what both JSONPath engines understand', () => {
    const members = membersOf(machine.definition);
    const forbiddenKeys = ['QueryLanguage', 'Assign', 'Arguments', 'Output', 'Condition', 'Items'];
    const keys = members.filter(({ key }) => forbiddenKeys.includes(key)).map(({ key }) => key);
    const texts = members.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
    const wrongTexts = texts.filter((text) => text.includes('{%') || /(?<![\w'])\$(?!$|[.$[{,) ])/.test(text));

    expect([...keys, ...wrongTexts]).toEqual([]);
    // osls drops null from the compiled template; the local engine reads an explicit "$" wrongly.
    expect(members.filter(({ value }) => value === null)).toEqual([]);
    expect(members.filter(({ key, value }) => key === 'ResultPath' && value === '$')).toEqual([]);
  });

  it('may call the functions and start the machines that it names, and no others', () => {
    const granted = (action: string) =>
      policiesOf(template)
        .filter(({ owner, kind }) => owner === machine.roleId && kind === 'permissions')
        .flatMap(({ statements }) => statements)
        .filter((statement) => actionsOf(statement).includes(action))
        .flatMap(({ Resource }) => listOf(Resource))
        .map(referenceOf)
        .sort();
    const named = [...tokensOf(machine)].map((token) => machine.substitutions[token]).sort();

    expect(granted('lambda:InvokeFunction')).toEqual(named.filter((id) => functionTimeouts.has(id ?? '')));
    expect(granted('states:StartExecution')).toEqual(named.filter((id) => !functionTimeouts.has(id ?? '')));
  });
});

const CALLERS = ['AWS::Lambda::Permission', 'AWS::Lambda::Alias', 'AWS::Lambda::EventSourceMapping'];

describe('the state machines', () => {
  it('are those of a bootstrap, of an attachment and of the cost report, each with a role of its own', () => {
    expect(machines).toHaveLength(6);
    expect(new Set(machines.map(({ roleId }) => roleId)).size).toBe(6);
  });

  it('use every function but those that rules, queues and schedules call', () => {
    const used = new Set(machines.flatMap(({ substitutions }) => Object.values(substitutions)));
    const calledOtherwise = CALLERS.flatMap((type) => resourcesOf(compiledTemplate(), type)).map(({ properties }) =>
      referenceOf(properties['FunctionName']),
    );

    expect([...functionTimeouts.keys()].filter((id) => !used.has(id) && !calledOtherwise.includes(id))).toEqual([
      // People call them: see the runbook of dead letters, and docs/diagnosis.md.
      'RedriveLambdaFunction',
      'DiagnoseLambdaFunction',
    ]);
  });
});
