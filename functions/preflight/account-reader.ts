import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { eksAccess, eksAddons, eksClusters, eksNodegroups, eksPodIdentity } from '../../shared/aws/eks.ts';
import { eksCatalogue } from '../../shared/aws/eks-catalogue.ts';
import { instanceTypeReader } from '../../shared/aws/instance-types.ts';
import { quotaReader } from '../../shared/aws/quotas.ts';
import { type ServiceLinkedRoles, serviceLinkedRoles } from '../../shared/aws/service-linked-roles.ts';
import { stacks } from '../../shared/aws/stacks.ts';
import { defaultVolumeKey } from '../../shared/aws/volume-keys.ts';
import { networkReader } from '../../shared/aws/vpcs.ts';
import type { Account } from './observe.ts';

type Clients = {
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly quotas: ServiceQuotasClient;
};

/** The account as the preflight reads it, by the SDK. */
export function accountReader(
  { cloudFormation, ec2, eks, iam, kms, quotas }: Clients,
  facts: Pick<Account, 'accountId' | 'roles' | 'chartVersion' | 'stackHasVpc'>,
): Account & { readonly linkedRoles: ServiceLinkedRoles } {
  return {
    ...facts,
    network: networkReader(ec2),
    instanceTypes: instanceTypeReader(ec2),
    quotas: quotaReader(quotas),
    catalogue: eksCatalogue(eks),
    volumeKey: defaultVolumeKey({ ec2, kms }),
    linkedRoles: serviceLinkedRoles(iam),
    stacks: stacks(cloudFormation),
    clusters: eksClusters(eks),
    addons: eksAddons(eks),
    nodegroups: eksNodegroups(eks),
    access: eksAccess(eks),
    podIdentity: eksPodIdentity(eks),
  };
}
