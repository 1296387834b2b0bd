import type { SimulatedService } from '../../types.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { policyOperations } from './policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';

export const iamService: SimulatedService = {
  serviceId: 'IAM',
  operations: {
    ...roleOperations,
    ...rolePolicyOperations,
    ...policyOperations,
    ...instanceProfileOperations,
    ...serviceLinkedRoleOperations,
  },
};
