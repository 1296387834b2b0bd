import { CreateServiceLinkedRoleCommand, GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isNotFound } from './errors.ts';

export type ServiceLinkedRoles = {
  exists(roleName: string): Promise<boolean>;
  /** False when somebody made it in the meantime. */
  create(service: string): Promise<boolean>;
};

export function serviceLinkedRoles(client: Pick<IAMClient, 'send'>): ServiceLinkedRoles {
  return {
    exists: async (RoleName) => {
      try {
        await client.send(new GetRoleCommand({ RoleName }));
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    create: async (AWSServiceName) => {
      try {
        await client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    },
  };
}

/** IAM has no code of its own for it. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('InvalidInput') && /has been taken/.test(error.message);
}
