import { type Finding, fault, warning } from '../finding.ts';
import { mayUseKey } from '../key-policy.ts';
import type { World } from '../world.ts';

const FIX_POLICY =
  'add to the key policy a statement that lets principals of this account use the key through EC2 (kms:ViaService, kms:CallerAccount), or choose another default key for EBS';

/** Every volume is encrypted, with the account's default key for EBS: those who launch instances must be able to use it. */
export function checkVolumeKey({ cluster, accountId, volumeKey: key, existing }: World): Finding[] {
  if (key.kind === 'aws-managed') return [];
  const what = `the default key for EBS volumes, ${key.id},`;
  if (key.kind === 'missing') return [refuse(`${what} does not exist`, 'choose another default key for EBS')];
  if (key.kind === 'hidden') return [doubt(`${what} lets nobody here look at it`)];
  if (key.state !== 'Enabled') {
    return [refuse(`${what} is ${key.state}`, 'enable the key again, or choose another default key for EBS')];
  }
  const { policy } = key;
  if (policy === undefined) return [doubt(`${what} does not show its policy`)];
  const partition = key.id.split(':')[1] ?? 'aws';
  const roles = `arn:${partition}:iam::${accountId}:role`;
  const users = [
    {
      name: "Auto Scaling's role, by which bootstrap nodes start",
      roleArn: `${roles}/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    },
    {
      name: "Karpenter's role",
      // Before the stack is there its role has no name, only a path.
      roleArn: existing.row?.roles.controller ?? `${roles}/joinery/joinery-controller`,
    },
  ];
  return users.flatMap(({ name, roleArn }) => {
    const verdict = mayUseKey(policy, { roleArn, accountId, region: cluster.spec.region });
    if (verdict === 'yes') return [];
    if (verdict === 'no')
      return [refuse(`${what} cannot be used by ${name}: its instances would not start`, FIX_POLICY)];
    return [doubt(`whether ${name} may use ${what} cannot be told from its policy`)];
  });
}

function refuse(message: string, fix: string): Finding {
  return fault('volume-key', { message, fix });
}

function doubt(message: string): Finding {
  const fix = "see that the key policy lets Auto Scaling's role and roles under /joinery/ use it through EC2";
  return warning('volume-key', { message, fix });
}
