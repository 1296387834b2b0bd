import {
  AssociateAccessPolicyCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  ListAssociatedAccessPoliciesCommand,
  ListPodIdentityAssociationsCommand,
  UpdateAccessEntryCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { eksAccess, eksAddons, eksClusters, eksNodegroups, eksPodIdentity } from '../../../../shared/aws/eks.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';

const client = new EKSClient({});
const eks = mockClient(client);
beforeEach(() => {
  eks.reset();
});

const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const ROLE = 'arn:aws:iam::111122223333:role/installer';
const notFound = anAwsError('ResourceNotFoundException', 'No such thing');

describe('the EKS adapters', () => {
  it.each([
    ['a cluster', DescribeClusterCommand, () => eksClusters(client).describe('banking')],
    ['an add-on', DescribeAddonCommand, () => eksAddons(client).describe('banking', 'coredns')],
    ['a node group', DescribeNodegroupCommand, () => eksNodegroups(client).describe('banking', 'bootstrap')],
    ['an access entry', DescribeAccessEntryCommand, () => eksAccess(client).entry('banking', ROLE)],
  ] as const)(
    'answer nothing for %s that is not there, and throw every other error',
    async (_, command, describeIt) => {
      const denied = anAwsError('AccessDeniedException');
      eks
        .on(command as typeof DescribeClusterCommand)
        .rejectsOnce(notFound)
        .rejectsOnce(denied);

      expect(await describeIt()).toBeUndefined();
      await expect(describeIt()).rejects.toBe(denied);
    },
  );

  it('answer nothing for a cluster of which EKS says so in its older way', async () => {
    eks.on(DescribeClusterCommand).rejects(anAwsError('ClientException', 'No cluster found for name: banking.'));

    expect(await eksClusters(client).describe('banking')).toBeUndefined();
  });

  it('give the version of an add-on that is the default for a Kubernetes version', async () => {
    eks.on(DescribeAddonVersionsCommand, { addonName: 'coredns', kubernetesVersion: '1.35' }).resolves({
      addons: [
        {
          addonVersions: [
            { addonVersion: 'v1.13.0-eksbuild.1', compatibilities: [{ defaultVersion: false }] },
            { addonVersion: 'v1.12.4-eksbuild.1', compatibilities: [{ defaultVersion: true }] },
          ],
        },
      ],
    });

    expect(await eksAddons(client).defaultVersion('coredns', '1.35')).toBe('v1.12.4-eksbuild.1');
  });

  it('associate a policy with the whole cluster, and count none that is for a namespace', async () => {
    eks.on(ListAssociatedAccessPoliciesCommand).resolves({
      associatedAccessPolicies: [
        { policyArn: ADMIN, accessScope: { type: 'namespace', namespaces: ['default'] } },
        { policyArn: 'arn:view', accessScope: { type: 'cluster' } },
      ],
    });
    eks.on(AssociateAccessPolicyCommand).resolves({});

    const policies = await eksAccess(client).policies('banking', ROLE);
    await eksAccess(client).associate('banking', ROLE, ADMIN);

    expect(policies).toEqual(['arn:view']);
    expect(eks.commandCalls(AssociateAccessPolicyCommand).map((call) => call.args[0].input)).toEqual([
      { clusterName: 'banking', principalArn: ROLE, policyArn: ADMIN, accessScope: { type: 'cluster' } },
    ]);
  });

  it('disassociate a policy where it is associated, and ask nothing where there is no entry', async () => {
    eks
      .on(ListAssociatedAccessPoliciesCommand)
      .resolvesOnce({ associatedAccessPolicies: [{ policyArn: ADMIN, accessScope: { type: 'cluster' } }] })
      .rejectsOnce(notFound);
    eks.on(DisassociateAccessPolicyCommand).resolves({});

    const answers = [
      await eksAccess(client).disassociate('banking', ROLE, ADMIN),
      await eksAccess(client).disassociate('banking', ROLE, ADMIN),
    ];

    expect(answers).toEqual([true, false]);
    expect(eks.commandCalls(DisassociateAccessPolicyCommand).map((call) => call.args[0].input)).toEqual([
      { clusterName: 'banking', principalArn: ROLE, policyArn: ADMIN },
    ]);
  });

  it('replace the groups of an entry', async () => {
    eks.on(UpdateAccessEntryCommand).resolves({});

    await eksAccess(client).updateGroups('banking', ROLE, ['joinery:readers']);

    expect(eks.commandCalls(UpdateAccessEntryCommand)[0]?.args[0].input).toEqual({
      clusterName: 'banking',
      principalArn: ROLE,
      kubernetesGroups: ['joinery:readers'],
    });
  });

  it('find a pod identity association by its service account, and change its role', async () => {
    eks
      .on(ListPodIdentityAssociationsCommand, {
        clusterName: 'banking',
        namespace: 'kube-system',
        serviceAccount: 'karpenter',
      })
      .resolvesOnce({ associations: [] })
      .resolvesOnce({ associations: [{ associationId: 'a-1' }] });
    eks
      .on(DescribePodIdentityAssociationCommand, { clusterName: 'banking', associationId: 'a-1' })
      .resolves({ association: { associationId: 'a-1', roleArn: ROLE } });
    eks.on(UpdatePodIdentityAssociationCommand).resolves({});
    const podIdentity = eksPodIdentity(client);

    const none = await podIdentity.find('banking', 'kube-system', 'karpenter');
    const found = await podIdentity.find('banking', 'kube-system', 'karpenter');
    await podIdentity.updateRole('banking', 'a-1', 'arn:new');

    expect([none, found]).toEqual([undefined, { associationId: 'a-1', roleArn: ROLE }]);
    expect(eks.commandCalls(UpdatePodIdentityAssociationCommand)[0]?.args[0].input).toEqual({
      clusterName: 'banking',
      associationId: 'a-1',
      roleArn: 'arn:new',
    });
  });
});
