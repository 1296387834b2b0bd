import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
} from '@aws-sdk/client-kms';
import { SimulatedAwsError } from '../../errors.ts';
import { type AccessRequest, type CallContext, operation, type SimulatedService } from '../../types.ts';
import { awsManagedEbsKey, findKey, type KeyRecord } from './keys.ts';

function existingKey(context: CallContext, keyId: string): KeyRecord {
  const isEbsAlias = keyId.endsWith('alias/aws/ebs');
  const key = isEbsAlias ? awsManagedEbsKey(context.simulation, context) : findKey(context.simulation, keyId);
  if (key) return key;
  const what = keyId.includes('alias/') ? `Alias ${keyId} is not found.` : `Key '${keyId}' does not exist`;
  throw new SimulatedAwsError('NotFoundException', what);
}

/** KMS evaluates an alias as the key behind it. */
function keyAccess(action: string, keyId: string, context: CallContext): AccessRequest[] {
  const alias = keyId.includes('alias/') ? keyId.slice(keyId.indexOf('alias/')) : undefined;
  return [
    {
      action,
      resource: existingKey(context, keyId).arn,
      context: {
        'kms:CallerAccount': context.accountId,
        ...(alias && action === 'kms:DescribeKey' ? { 'kms:RequestAlias': alias } : {}),
      },
    },
  ];
}

export const kmsService: SimulatedService = {
  serviceId: 'KMS',
  operations: {
    DescribeKey: operation<DescribeKeyRequest, DescribeKeyResponse>({
      authorize: (input, context) => keyAccess('kms:DescribeKey', input.KeyId ?? '', context),
      run(input, context) {
        const key = existingKey(context, input.KeyId ?? '');
        return {
          KeyMetadata: {
            AWSAccountId: context.accountId,
            KeyId: key.id,
            Arn: key.arn,
            Description: key.description,
            KeyManager: key.manager,
            KeyState: key.state,
            Enabled: key.state === 'Enabled',
            KeyUsage: 'ENCRYPT_DECRYPT',
            KeySpec: 'SYMMETRIC_DEFAULT',
            CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
            EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
            Origin: 'AWS_KMS',
            MultiRegion: false,
            CreationDate: new Date(key.createdMs),
          },
        };
      },
    }),
    GetKeyPolicy: operation<GetKeyPolicyRequest, GetKeyPolicyResponse>({
      authorize: (input, context) => keyAccess('kms:GetKeyPolicy', input.KeyId ?? '', context),
      run(input, context) {
        if (input.KeyId?.includes('alias/')) {
          throw new SimulatedAwsError('NotFoundException', `GetKeyPolicy takes no alias: ${input.KeyId}`);
        }
        if ((input.PolicyName ?? 'default') !== 'default') {
          throw new SimulatedAwsError('NotFoundException', 'No such policy exists');
        }
        return { Policy: existingKey(context, input.KeyId ?? '').policy, PolicyName: 'default' };
      },
    }),
  },
};
