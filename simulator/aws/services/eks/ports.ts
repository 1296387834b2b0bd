import type { Simulation } from '../../../core/simulation.ts';
import type { NodeSpec } from '../../../kubernetes/controllers/nodes/join.ts';
import type { KubeCluster } from '../../../kubernetes/types.ts';
import type { CallContext, Caller } from '../../types.ts';

/** What EKS brings up and takes down: the Kubernetes API of a cluster. Every method is synchronous and may be asked again. */
export type KubernetesPort = {
  /** `gitVersion` as the API server gives it at /version, such as v1.35.4-eks-0000000. */
  createCluster(name: string, gitVersion: string): KubeCluster;
  find(name: string): KubeCluster | undefined;
  /** Where the API answers: the URL and the base64 of the CA certificate. */
  endpointOf(name: string): { readonly url: string; readonly caData: string };
  setVersion(name: string, gitVersion: string): void;
  deleteCluster(name: string): void;
};

export type NodeTaint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
};

/** The kubelet's side: a machine registers as a Node that becomes Ready by itself, and goes some time after its machine. */
export type NodesPort = {
  join(clusterName: string, spec: NodeSpec): void;
  gone(clusterName: string, nodeName: string): void;
};

export type SubnetFacts = {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly freeAddresses: number;
  /** Whether a machine in it reaches EKS, ECR and STS: a NAT or internet gateway, or the VPC endpoints. */
  readonly hasWayOut: boolean;
};

export type InstanceTypeFacts = {
  readonly name: string;
  readonly arch: 'amd64' | 'arm64';
  readonly vcpu: number;
  readonly memoryMiB: number;
  readonly maxNetworkInterfaces: number;
  readonly ipv4PerInterface: number;
};

export type LaunchTemplateFacts = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly instanceType?: string;
  readonly imageId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly diskGiB?: number;
  /** An EKS group's template must not bring one of its own. */
  readonly hasInstanceProfile: boolean;
  readonly hasSubnets: boolean;
  /** The tags of the template itself. */
  readonly ownTags: Readonly<Record<string, string>>;
  /** The kinds of resource that it tags (instance, volume, network-interface), with the tags. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type LaunchRequest = {
  readonly instanceType: string;
  readonly kubernetesVersion: string;
  readonly subnetId: string;
  readonly roleArn: string;
  readonly securityGroupIds: readonly string[];
  readonly diskGiB: number;
  readonly spot: boolean;
  readonly launchTemplate?: { readonly id: string; readonly version: string };
  readonly tags: Readonly<Record<string, string>>;
};

export type InstanceFacts = {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly privateIp: string;
  readonly privateDnsName: string;
  /** pending, running, shutting-down, terminated, stopping, stopped. */
  readonly state: string;
};

/** EC2 as EKS uses it with its service-linked roles. `launch` throws the EC2 error that RunInstances would give. */
export type Ec2Port = {
  subnet(simulation: Simulation, subnetId: string): SubnetFacts | undefined;
  securityGroupVpc(simulation: Simulation, groupId: string): string | undefined;
  createSecurityGroup(
    simulation: Simulation,
    group: { name: string; description: string; vpcId: string; tags: Record<string, string> },
  ): string;
  deleteSecurityGroup(simulation: Simulation, groupId: string): void;
  instanceType(simulation: Simulation, name: string): InstanceTypeFacts | undefined;
  launchTemplate(
    simulation: Simulation,
    spec: { id?: string; name?: string; version?: string },
  ): LaunchTemplateFacts | undefined;
  launch(simulation: Simulation, request: LaunchRequest): InstanceFacts;
  instance(simulation: Simulation, instanceId: string): InstanceFacts | undefined;
  terminate(simulation: Simulation, instanceId: string): void;
  /** Calls the listener, synchronously, when an instance stops being alive. It must only schedule work. */
  onInstanceLost(simulation: Simulation, listener: (instanceId: string) => void): void;
};

export type RoleFacts = {
  readonly arn: string;
  /** The trust policy as parsed JSON. */
  readonly trustPolicy: unknown;
  readonly attachedPolicyArns: readonly string[];
};

/** IAM as EKS sees it. A role that was made a moment ago exists before it is usable. */
export type IamPort = {
  role(simulation: Simulation, roleArn: string): RoleFacts | undefined;
  isRoleUsable(simulation: Simulation, roleArn: string): boolean;
  createServiceLinkedRole(context: CallContext, serviceName: string, roleName: string): void;
};

/** Who holds an access key at this moment; undefined when the key is unknown or its session has ended. */
export type StsPort = {
  credentialOf(
    simulation: Simulation,
    accessKeyId: string,
  ): { readonly caller: Caller; readonly secretAccessKey?: string } | undefined;
};

export type EksPorts = {
  readonly kubernetes: KubernetesPort;
  readonly nodes: NodesPort;
  readonly ec2: Ec2Port;
  readonly iam: IamPort;
};
