import { checkProperties, textOf } from '../../cloudformation/properties.ts';
import type { ResourceProvider } from '../../cloudformation/provider.ts';
import { TemplateError } from '../../cloudformation/template.ts';
import type { Deployment } from '../deployment.ts';
import { assertPattern } from '../event-pattern.ts';
import { fixed } from './fixed.ts';

const RULE = 'AWS::Events::Rule';
const MAX_TARGETS = 5;

type Target = { readonly Id: string; readonly Arn: string; readonly DeadLetterConfig?: { readonly Arn: string } };

export function ruleProvider(deployment: Deployment): ResourceProvider {
  return fixed(RULE, (properties, context) => {
    checkProperties(RULE, properties, { Description: 'text', EventPattern: 'json', Targets: 'maps', State: 'text' }, [
      'EventPattern',
      'Targets',
    ]);
    const pattern = properties['EventPattern'] as Record<string, unknown>;
    assertPattern(pattern);
    const targets = properties['Targets'] as unknown as readonly Target[];
    if (targets.length > MAX_TARGETS)
      throw new TemplateError(`${context.logicalId}: a rule has at most ${MAX_TARGETS} targets`);
    const name = `${context.stackName}-${context.logicalId}`;
    const arn = `arn:aws:events:${context.region}:${context.accountId}:rule/${name}`;
    deployment.rules.push({
      arn,
      pattern,
      targets: targets.map((target) => ({ arn: target.Arn, deadLetterArn: target.DeadLetterConfig?.Arn })),
    });
    return { physicalId: textOf(properties, 'Name') ?? name, attributes: { Arn: arn } };
  });
}
