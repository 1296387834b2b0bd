import { type EC2Client, GetEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { isAccessDenied, isNotFound } from './errors.ts';

/** The key that encrypts a volume for which no other is named. */
export type VolumeKey =
  | { readonly kind: 'aws-managed' }
  /** `state` is KMS's, such as Enabled or PendingDeletion; `policy` is JSON, undefined where the key hides it. */
  | {
      readonly kind: 'customer';
      readonly id: string;
      readonly state: string;
      readonly policy: string | undefined;
    }
  | { readonly kind: 'missing'; readonly id: string }
  /** The key lets nobody here look at it. */
  | { readonly kind: 'hidden'; readonly id: string };

export function defaultVolumeKey(clients: {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
}): () => Promise<VolumeKey> {
  const { ec2, kms } = clients;
  return async () => {
    const { KmsKeyId: id = '' } = await ec2.send(new GetEbsDefaultKmsKeyIdCommand({}));
    // AWS makes this key when the first volume needs it, and its policy lets the whole account use it through EC2.
    if (id === 'alias/aws/ebs' || id.endsWith(':alias/aws/ebs')) return { kind: 'aws-managed' };
    try {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
      if (KeyMetadata?.KeyManager === 'AWS') return { kind: 'aws-managed' };
      const arn = KeyMetadata?.Arn ?? id;
      return { kind: 'customer', id: arn, state: KeyMetadata?.KeyState ?? 'unknown', policy: await policyOf(kms, arn) };
    } catch (error) {
      if (isNotFound(error)) return { kind: 'missing', id };
      if (isAccessDenied(error)) return { kind: 'hidden', id };
      throw error;
    }
  };
}

async function policyOf(kms: Pick<KMSClient, 'send'>, KeyId: string): Promise<string | undefined> {
  try {
    return (await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy;
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
}
