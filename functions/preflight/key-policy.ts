import * as z from 'zod/mini';

/** What EC2 does with a volume's key in the name of whoever launches the instance. */
const KEY_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'];

export type Verdict = 'yes' | 'no' | 'unknown';
export type KeyUser = { readonly roleArn: string; readonly accountId: string; readonly region: string };

const texts = z.union([z.string(), z.array(z.string())]);
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.optional(z.union([z.string(), z.record(z.string(), texts)])),
  NotPrincipal: z.optional(z.unknown()),
  Action: z.optional(texts),
  NotAction: z.optional(z.unknown()),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
});
const policySchema = z.object({ Statement: z.union([z.array(statement), statement]) });
type Statement = z.infer<typeof statement>;

/**
 * Whether the key's policy itself lets a role use the key through EC2. A statement for the account's root only hands the
 * decision to the role's own policies, and neither Karpenter's role nor Auto Scaling's has any for KMS.
 */
export function mayUseKey(policy: string, user: KeyUser): Verdict {
  const parsed = policySchema.safeParse(parseJson(policy));
  if (!parsed.success) return 'unknown';
  const statements = [parsed.data.Statement].flat();
  const verdicts = KEY_ACTIONS.map((action) => {
    const bears = (effect: 'Allow' | 'Deny') =>
      statements.filter(({ Effect }) => Effect === effect).map((one) => bearsOn(one, action, user));
    const denied = strongest(bears('Deny'));
    if (denied === 'yes') return 'no';
    const allowed = strongest(bears('Allow'));
    return allowed === 'yes' && denied === 'unknown' ? 'unknown' : allowed;
  });
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function strongest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unknown') ? 'unknown' : 'no';
}

function bearsOn(one: Statement, action: string, user: KeyUser): Verdict {
  if (one.NotPrincipal !== undefined || one.NotAction !== undefined) return 'unknown';
  const names = [one.Action ?? []].flat();
  if (!names.some((name) => matches(name.toLowerCase(), action.toLowerCase()))) return 'no';
  if (!isPrincipal(one.Principal, user)) return 'no';
  const verdicts = Object.entries(one.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds(operator, key, [values].flat().map(String), user)),
  );
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function isPrincipal(principal: Statement['Principal'], { roleArn }: KeyUser): boolean {
  if (principal === undefined) return false;
  if (typeof principal === 'string') return principal === '*';
  return [principal['AWS'] ?? []].flat().some((name) => name === '*' || name === roleArn);
}

const EQUAL = /^(StringEquals|StringLike|ArnEquals|ArnLike|Bool)(IfExists)?$/;

/** As EC2 asks in the role's name. What cannot be known beforehand is unknown. */
function holds(operator: string, key: string, wanted: readonly string[], user: KeyUser): Verdict {
  const known: Readonly<Record<string, string>> = {
    'kms:viaservice': `ec2.${user.region}.amazonaws.com`,
    'kms:calleraccount': user.accountId,
    'kms:grantisforawsresource': 'true',
    'aws:principalaccount': user.accountId,
    'aws:principalarn': user.roleArn,
    'aws:principaltype': 'AssumedRole',
  };
  const value = known[key.toLowerCase()];
  if (value === undefined || !EQUAL.test(operator)) return 'unknown';
  const isPattern = operator.includes('Like') || operator.startsWith('Arn');
  return wanted.some((one) => (isPattern ? matches(one, value) : one === value)) ? 'yes' : 'no';
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
