import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, type JsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import { pathSegmentFault } from '../names.ts';
import type { Strategy } from '../resources/resource.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue } from '../validation.ts';
import { fill, objectsIn } from './defaulting.ts';

const GROUP = 'rbac.authorization.k8s.io';

export const ROLE: Strategy = {
  validateName: pathSegmentFault,
  validate: (role) =>
    objectsIn(role, 'rules').flatMap((rule, index) =>
      validateRule(rule, `rules[${index}]`, role.kind === 'ClusterRole'),
    ),
};

function validateRule(rule: JsonObject, path: string, isClusterWide: boolean): Fault[] {
  const isEmpty = (field: string) => !Array.isArray(rule[field]) || rule[field].length === 0;
  if (isEmpty('verbs')) return [requiredValue(`${path}.verbs`, 'verbs must contain at least one value')];
  if (!isEmpty('nonResourceURLs')) {
    if (isClusterWide) return [];
    const why = 'namespaced rules cannot apply to non-resource URLs';
    return [invalidValue(`${path}.nonResourceURLs`, rule['nonResourceURLs'], why)];
  }
  if (isEmpty('apiGroups'))
    return [requiredValue(`${path}.apiGroups`, 'resource rules must supply at least one api group')];
  if (isEmpty('resources'))
    return [requiredValue(`${path}.resources`, 'resource rules must supply at least one resource')];
  return [];
}

export const BINDING: Strategy = {
  validateName: pathSegmentFault,
  applyDefaults: (binding) => {
    if (isJsonObject(binding['roleRef'])) fill(binding['roleRef'], { apiGroup: GROUP });
    for (const subject of objectsIn(binding, 'subjects')) {
      if (subject['kind'] !== 'ServiceAccount') fill(subject, { apiGroup: GROUP });
    }
  },
  validate: validateBinding,
};

function validateBinding(binding: KubeObject, old: KubeObject | undefined): Fault[] {
  const roleRef = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const faults: Fault[] = [];
  if (!kinds.includes(String(roleRef['kind']))) faults.push(notSupported('roleRef.kind', roleRef['kind'], kinds));
  if (!roleRef['name']) faults.push(requiredValue('roleRef.name'));
  if (old && !jsonEqual(roleRef, old['roleRef']))
    faults.push(invalidValue('roleRef', roleRef, 'cannot change roleRef'));
  objectsIn(binding, 'subjects').forEach((subject, index) => {
    const path = `subjects[${index}]`;
    const supported = ['ServiceAccount', 'User', 'Group'];
    if (!supported.includes(String(subject['kind'])))
      faults.push(notSupported(`${path}.kind`, subject['kind'], supported));
    if (!subject['name']) faults.push(requiredValue(`${path}.name`));
    if (subject['kind'] === 'ServiceAccount' && !subject['namespace']) faults.push(requiredValue(`${path}.namespace`));
    if (subject['kind'] !== 'ServiceAccount' && subject['namespace']) {
      faults.push(forbiddenValue(`${path}.namespace`, 'may not be set for this kind of subject'));
    }
  });
  return faults;
}
