import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject, KubeUser } from '../../types.ts';
import { accessTo, authorize, authorizePath, isAllowed, userInfo } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { decodeObject } from './decode.ts';
import type { Write } from './request.ts';

/** Creates a review: it is answered, never stored. Undefined for any other kind. */
export function answerReview(context: ApiContext, write: Write, given: unknown): KubeObject | undefined {
  const { resource } = write.target;
  const isAccess = resource.kind === 'SelfSubjectAccessReview';
  if (!isAccess && resource.kind !== 'SelfSubjectReview') return undefined;
  authorize(context, write.user, accessTo('create', resource, {}));
  const review = decodeObject(resource, given, write.options);
  const status = isAccess ? accessStatus(context, write.user, review) : { userInfo: userInfo(write.user) };
  return { ...review, apiVersion: apiVersionOf(resource), kind: resource.kind, status };
}

function accessStatus(context: ApiContext, user: KubeUser, review: KubeObject): Record<string, unknown> {
  const path = review.spec?.['nonResourceAttributes'];
  if (isJsonObject(path)) return { allowed: mayUsePath(context, user, path) };
  const asked = review.spec?.['resourceAttributes'];
  const text = (name: string) => (isJsonObject(asked) && asked[name] ? String(asked[name]) : undefined);
  return {
    allowed: isAllowed(context, user, {
      verb: text('verb') ?? '',
      group: text('group') ?? '',
      resource: text('resource') ?? '',
      subresource: text('subresource'),
      namespace: text('namespace'),
      name: text('name'),
    }),
  };
}

function mayUsePath(context: ApiContext, user: KubeUser, asked: Record<string, unknown>): boolean {
  try {
    authorizePath(context, user, String(asked['verb'] ?? ''), String(asked['path'] ?? ''));
    return true;
  } catch {
    return false;
  }
}
