import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { eksClusters } from './eks.ts';
import { eksInventory } from './eks-inventory.ts';
import { karpenterAccount } from './karpenter-account.ts';
import type { ClusterObserver } from './observe-cluster.ts';
import { rolePolicies } from './role-policies.ts';
import { networkReader } from './vpcs.ts';

type Clients = {
  readonly eks: EKSClient;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly events: Pick<EventBridgeClient, 'send'>;
};

/** What a look at a cluster asks, by the SDK. */
export function clusterObserver(
  { eks, ec2, iam, sqs, events }: Clients,
  place: Pick<ClusterObserver, 'clock' | 'accountId' | 'region'>,
): ClusterObserver {
  return {
    ...place,
    clusters: eksClusters(eks),
    inventory: eksInventory(eks),
    network: networkReader(ec2),
    karpenter: karpenterAccount({ ec2, sqs, events }),
    rolePolicies: rolePolicies(iam),
  };
}
