import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import { clusterObserver } from '../../shared/aws/cluster-observer.ts';
import { observeCluster } from '../../shared/aws/observe-cluster.ts';
import { kubeApi } from '../../shared/kube/api.ts';
import { lookInside } from '../../shared/kube/look-inside.ts';
import type { Account } from '../boot/account.ts';

type AnyCommand = { readonly schema: readonly [number, string, string]; readonly input: object };

/** Looks at a simulated cluster as a person does who may see everything; undefined where there is none of that name. */
export function observeAsVisitor(account: Account, cluster: string): Promise<ClusterFacts | undefined> {
  const { cloud, deployer, kubernetes, simulation, visitorToken: token } = account;
  const client = <Client extends { send: unknown }>(serviceId: string) =>
    ({
      send: ({ schema, input }: AnyCommand) => cloud.call(serviceId, schema[2], input, deployer),
    }) as unknown as Pick<Client, 'send'>;
  const { accountId, region } = cloud.context(deployer);
  const look = async (name: string) => {
    const { url, caData } = kubernetes.endpointOf(name);
    // Requests over HTTPS are real: virtual time stands still meanwhile.
    return { inside: await simulation.gate.run(() => lookInside(kubeApi({ url, caData, token }), name)) };
  };
  const clients = {
    eks: client<EKSClient>('EKS') as EKSClient,
    ec2: client<EC2Client>('EC2'),
    iam: client<IAMClient>('IAM'),
    sqs: client<SQSClient>('SQS'),
    events: client<EventBridgeClient>('EventBridge'),
  };
  const clock = { now: () => simulation.now() };
  return observeCluster(cluster, look, clusterObserver(clients, { clock, accountId, region }));
}
