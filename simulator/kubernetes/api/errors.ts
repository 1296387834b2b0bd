import type { Fault } from '../../../shared/kube/schema/types.ts';
import { KubeStatusError } from '../types.ts';

/** What an error message and its details need to know of a resource. */
type Named = { readonly group: string; readonly plural: string; readonly kind: string };

function qualified(resource: Named): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function details(resource: Named, name: string): Record<string, unknown> {
  return { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural };
}

export function notFound(resource: Named, name: string): KubeStatusError {
  return new KubeStatusError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, details(resource, name));
}

/** The answer for a path or a kind that the server does not serve. */
export function noSuchResource(): KubeStatusError {
  return new KubeStatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: Named, name: string): KubeStatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new KubeStatusError(409, 'AlreadyExists', message, details(resource, name));
}

export function conflict(resource: Named, name: string, why: string): KubeStatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new KubeStatusError(409, 'Conflict', message, details(resource, name));
}

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(resource: Named, name: string, why: string, causes?: readonly object[]): KubeStatusError {
  const subject = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  const more = causes === undefined ? {} : { causes };
  return new KubeStatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, {
    ...details(resource, name),
    ...more,
  });
}

export function badRequest(message: string): KubeStatusError {
  return new KubeStatusError(400, 'BadRequest', message);
}

export function methodNotAllowed(): KubeStatusError {
  return new KubeStatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

/** 422 with one cause for each fault. */
export function invalid(resource: Named, name: string, faults: readonly Fault[]): KubeStatusError {
  const lines = faults.map((fault) => `${fault.path === '' ? '<nil>' : fault.path}: ${fault.message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const causes = faults.map((fault) => ({ reason: fault.reason, message: fault.message, field: fault.path }));
  return new KubeStatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, {
    ...details(resource, name),
    kind: resource.kind,
    causes,
  });
}

/** The Status object of an error. */
export function statusOf(error: KubeStatusError): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    reason: error.reason,
    ...(error.details ? { details: error.details } : {}),
    code: error.code,
  };
}
