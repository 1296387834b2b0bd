import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { PolicyFacts, RoleFacts } from '../adoption/facts.ts';
import { isNotFound } from './errors.ts';
import { everyPage } from './pages.ts';

const markerOf = ({ Marker, IsTruncated }: { Marker?: string | undefined; IsTruncated?: boolean | undefined }) =>
  IsTruncated ? Marker : undefined;
const page = (Marker: string | undefined) => (Marker ? { Marker } : {});

/** A role with what its policies allow. Conditions and denials are left out. */
export function rolePolicies(iam: Pick<IAMClient, 'send'>): (roleArn: string) => Promise<RoleFacts> {
  return async (arn) => {
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName })).catch((error: unknown) => {
      if (isNotFound(error)) return { Role: undefined };
      throw error;
    });
    if (!Role) return { arn, exists: false, policies: [] };
    const [inline, attached] = await Promise.all([
      everyPage((marker) => iam.send(new ListRolePoliciesCommand({ RoleName, ...page(marker) })), markerOf),
      everyPage((marker) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName, ...page(marker) })), markerOf),
    ]);
    const policies: PolicyFacts[] = [];
    for (const PolicyName of inline.flatMap(({ PolicyNames = [] }) => PolicyNames)) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      policies.push({ name: PolicyName, kind: 'inline', ...contentOf(PolicyDocument) });
    }
    for (const { PolicyArn } of attached.flatMap(({ AttachedPolicies = [] }) => AttachedPolicies)) {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      policies.push({ name: Policy?.PolicyName ?? '', kind: 'managed', ...contentOf(PolicyVersion?.Document) });
    }
    return { arn, exists: true, policies };
  };
}

type Statement = {
  readonly Effect?: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
};

/** IAM gives documents URL-encoded. */
function contentOf(encoded = '{}'): Pick<PolicyFacts, 'size' | 'allows'> {
  const text = decodeURIComponent(encoded);
  const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  const allows = [Statement]
    .flat()
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Action = [], Resource = [] }) => ({ actions: [Action].flat(), resources: [Resource].flat() }));
  return { size: text.replaceAll(/\s/g, '').length, allows };
}
