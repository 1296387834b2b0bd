import { decideForCaller } from '../../aws/iam/authorizer.ts';
import { checkProperties, textOf } from '../../cloudformation/properties.ts';
import type { ProviderContext, ResourceProvider } from '../../cloudformation/provider.ts';
import { TemplateError } from '../../cloudformation/template.ts';
import { allStates, type MachineDefinition, substitute } from '../../stepfunctions/definition.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';

const TYPE = 'AWS::StepFunctions::StateMachine';
const NESTED = 'arn:aws:states:::states:startExecution.sync:2';

/** What Step Functions asks of a machine's role when it has logging. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/** What it asks when the machine waits for nested executions: it keeps a rule of its own for them. */
const MANAGED_RULE = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

/** State machines with their tokens substituted. Creation is refused, as by AWS, when the role cannot deliver logs or follow children. */
export function stateMachineProvider(deployment: Deployment): ResourceProvider {
  return fixed(TYPE, (properties, context) => {
    checkProperties(
      TYPE,
      properties,
      {
        StateMachineName: 'text',
        StateMachineType: 'text',
        RoleArn: 'text',
        LoggingConfiguration: 'json',
        Definition: 'json',
        DefinitionSubstitutions: 'json',
        Tags: 'tags',
      },
      ['StateMachineName', 'RoleArn', 'Definition'],
    );
    const name = textOf(properties, 'StateMachineName') ?? '';
    const roleArn = textOf(properties, 'RoleArn') ?? '';
    const substitutions = (properties['DefinitionSubstitutions'] ?? {}) as Record<string, string>;
    const definition = substitute(properties['Definition'], substitutions);
    const unused = Object.keys(substitutions).filter(
      (token) => !JSON.stringify(properties['Definition']).includes(`\${${token}}`),
    );
    if (unused.length > 0) throw new TemplateError(`${name}: substitutions that no state uses: ${unused.join(', ')}`);
    if (properties['LoggingConfiguration'] !== undefined) requireActions(roleArn, LOG_DELIVERY, '*', context);
    if (waitsForChildren(definition)) {
      const rule = `arn:aws:events:${context.region}:${context.accountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
      requireActions(roleArn, MANAGED_RULE, rule, context);
    }
    const arn = `arn:aws:states:${context.region}:${context.accountId}:stateMachine:${name}`;
    deployment.machines.push({ arn, name, roleArn, definition });
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  });
}

function waitsForChildren(definition: MachineDefinition): boolean {
  return [...allStates(definition).values()].some((state) => state.Resource === NESTED);
}

function requireActions(roleArn: string, actions: readonly string[], resource: string, context: ProviderContext): void {
  const denied = actions.filter(
    (action) => !decideForCaller(context, { roleArn, sessionName: 'states' }, { action, resource }).allowed,
  );
  if (denied.length > 0) {
    throw new TemplateError(
      `'${roleArn}' is not authorized to ${denied.join(', ')}: the state machine cannot be created`,
    );
  }
}
