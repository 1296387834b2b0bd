import { describe, expect, it } from '@jest/globals';
import { awsManagedPolicyArns, awsManagedPolicyJson } from '../../../../../simulator/aws/iam/managed-policies.ts';
import { parsePolicy } from '../../../../../simulator/aws/iam/policy-document.ts';

describe("AWS's managed policies", () => {
  it.each(awsManagedPolicyArns())('%s names actions that exist', (arn) => {
    expect(parsePolicy(awsManagedPolicyJson(arn) ?? '', 'identity').statements.length).toBeGreaterThan(0);
  });

  it('are known by their exact name alone', () => {
    expect(awsManagedPolicyJson('arn:aws:iam::aws:policy/AdministratorAccess')).toBeUndefined();
    expect(awsManagedPolicyJson('arn:aws:iam::aws:policy/toString')).toBeUndefined();
  });
});
