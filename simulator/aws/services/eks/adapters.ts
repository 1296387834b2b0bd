import { joinNode, nodeGone } from '../../../kubernetes/controllers/nodes/join.ts';
import { addRole } from '../iam/roles.ts';
import { isRoleUsable, roleOfArn } from '../iam/state.ts';
import { callerOfAccessKey, secretOfAccessKey } from '../sts/sessions.ts';
import type { IamPort, KubernetesPort, NodesPort, StsPort } from './ports.ts';

/** EKS's view of the simulated IAM. */
export const iamForEks: IamPort = {
  role: (simulation, roleArn) => {
    const role = roleOfArn(simulation, roleArn);
    return role && { arn: role.arn, trustPolicy: JSON.parse(role.trust) as unknown, attachedPolicyArns: role.attached };
  },
  isRoleUsable,
  createServiceLinkedRole: (context, serviceName, roleName) => {
    addRole(context, {
      name: roleName,
      path: `/aws-service-role/${serviceName}/`,
      trust: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: [serviceName] }, Action: ['sts:AssumeRole'] }],
      }),
      description: null,
      boundary: null,
      tags: {},
      maxSessionSeconds: 3600,
    });
  },
};

/** Who holds a key, with its secret, so that the signature of a token is checked. */
export const stsForEks: StsPort = {
  credentialOf: (simulation, accessKeyId) => {
    const caller = callerOfAccessKey(simulation, accessKeyId);
    const secretAccessKey = secretOfAccessKey(simulation, accessKeyId);
    return caller && { caller, ...(secretAccessKey === undefined ? {} : { secretAccessKey }) };
  },
};

/** Nodes of the simulated Kubernetes, whose controllers make them Ready and take them away. */
export function nodesForEks(kubernetes: KubernetesPort): NodesPort {
  const cluster = (name: string) => {
    const found = kubernetes.find(name);
    if (!found) throw new Error(`cluster ${name} has no Kubernetes`);
    return found;
  };
  return {
    join: (clusterName, spec) => joinNode(cluster(clusterName), spec),
    gone: (clusterName, nodeName) => nodeGone(cluster(clusterName), nodeName),
  };
}
