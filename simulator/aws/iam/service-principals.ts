import type { Caller } from '../types.ts';

type ServicePrincipal = NonNullable<Caller['asService']>;

/**
 * An AWS service that calls in its own name for one of the account's resources, as EventBridge does for a rule. It has no
 * policies of its own: the policy of the resource that it calls decides, by aws:SourceArn and aws:SourceAccount.
 */
export function servicePrincipal(asService: ServicePrincipal): Caller {
  const { principal, sourceAccount } = asService;
  const roleArn = `arn:aws:iam::${sourceAccount}:role/service-principal/${principal}`;
  return { roleArn, sessionName: principal.split('.', 1)[0] ?? principal, asService };
}

/** The keys of a call that a service makes in its own name. */
export function servicePrincipalKeys(asService: ServicePrincipal, region: string): Record<string, string> {
  return {
    'aws:RequestedRegion': region,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': asService.principal,
    'aws:SourceArn': asService.sourceArn,
    'aws:SourceAccount': asService.sourceAccount,
    'aws:SecureTransport': 'true',
  };
}
