import type { IncomingHttpHeaders } from 'node:http';
import { KubeStatusError, type KubeUser } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';

export type Authenticate = (token: string) => KubeUser | undefined;

/** Whom a request speaks for: the bearer of its token, or the user that the bearer may impersonate. */
export function userOf(context: ApiContext, headers: IncomingHttpHeaders, authenticate: Authenticate): KubeUser {
  const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const user = token === undefined ? undefined : authenticate(token);
  if (!user) throw new KubeStatusError(401, 'Unauthorized', 'Unauthorized');
  const username = headers['impersonate-user'];
  return typeof username === 'string' ? impersonated(context, user, username, headers['impersonate-group']) : user;
}

function impersonated(
  context: ApiContext,
  user: KubeUser,
  username: string,
  groupHeader: string | string[] | undefined,
): KubeUser {
  const groups = [groupHeader ?? []].flat().flatMap((value) => value.split(',').map((group) => group.trim()));
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  const account = { group: '', plural: 'serviceaccounts' };
  if (namespace) authorize(context, user, accessTo('impersonate', account, { namespace, name }));
  else authorize(context, user, accessTo('impersonate', { group: '', plural: 'users' }, { name: username }));
  for (const group of groups) {
    authorize(context, user, accessTo('impersonate', { group: '', plural: 'groups' }, { name: group }));
  }
  return { username, groups };
}
