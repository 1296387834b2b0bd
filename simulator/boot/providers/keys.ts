import { NotSimulatedError } from '../../aws/errors.ts';
import { decide } from '../../aws/iam/decide.ts';
import { PolicyError, parsePolicy } from '../../aws/iam/policy-document.ts';
import { createKey, findKey } from '../../aws/services/kms/keys.ts';
import { checkProperties, documentText, textOf } from '../../cloudformation/properties.ts';
import { TemplateError } from '../../cloudformation/template.ts';
import { fixed } from './fixed.ts';
import { wholeNumber } from './numbers.ts';

const KEY = 'AWS::KMS::Key';
const KNOWN = {
  Description: 'text',
  Enabled: 'boolean',
  EnableKeyRotation: 'boolean',
  RotationPeriodInDays: 'number',
  KeyPolicy: 'json',
  PendingWindowInDays: 'number',
  Tags: 'tags',
} as const;
const NOT_SIMULATED = ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin', 'BypassPolicyLockoutSafetyCheck'];

/** Symmetric keys of the account. */
export const keyProvider = fixed(KEY, (properties, context) => {
  for (const name of NOT_SIMULATED)
    if (properties[name] !== undefined) throw new NotSimulatedError(`${KEY} with ${name}`);
  checkProperties(KEY, properties, KNOWN);
  wholeNumber(KEY, properties, 'PendingWindowInDays', [7, 30], 30);
  wholeNumber(KEY, properties, 'RotationPeriodInDays', [90, 2560], 365);
  const policy = properties['KeyPolicy'] === undefined ? undefined : documentText(properties['KeyPolicy']);
  if (policy !== undefined) checkKeyPolicy(policy, context.accountId);
  const key = createKey(context.simulation, context, {
    description: textOf(properties, 'Description') ?? '',
    isEnabled: String(properties['Enabled'] ?? true) === 'true',
    policy,
  });
  return { physicalId: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
});

/** KMS takes no policy that locks out the one who sets it. */
function checkKeyPolicy(json: string, accountId: string): void {
  try {
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
    const roleArn = `arn:aws:iam::${accountId}:role/deployer`;
    const { allowed } = decide(
      {
        principal: { kind: 'role', roleArn, sessionArn: roleArn, accountId },
        identity: [parsePolicy(everything, 'identity')],
        resource: parsePolicy(json, 'resource'),
        resourceMustAllow: true,
      },
      { action: 'kms:PutKeyPolicy', resource: `arn:aws:kms:eu-west-1:${accountId}:key/new` },
    );
    if (!allowed)
      throw new TemplateError('The new key policy will not allow you to update the key policy in the future.');
  } catch (error) {
    if (error instanceof PolicyError) throw new TemplateError(`MalformedPolicyDocumentException: ${error.message}`);
    throw error;
  }
}

const ALIAS = 'AWS::KMS::Alias';

export const keyAliasProvider = fixed(ALIAS, (properties, { simulation }) => {
  checkProperties(ALIAS, properties, { AliasName: 'text', TargetKeyId: 'text' }, ['AliasName', 'TargetKeyId']);
  const name = textOf(properties, 'AliasName') ?? '';
  if (!/^alias\/[a-zA-Z0-9/_-]{1,250}$/.test(name) || name.startsWith('alias/aws/'))
    throw new TemplateError(`Invalid alias name: ${name}`);
  if (findKey(simulation, name)) throw new TemplateError(`An alias with the name ${name} already exists`);
  const keyId = textOf(properties, 'TargetKeyId') ?? '';
  const key = findKey(simulation, keyId);
  if (!key || keyId.includes('alias/')) throw new TemplateError(`Key '${keyId}' does not exist`);
  key.aliases.push(name);
  return { physicalId: name, attributes: {} };
});
