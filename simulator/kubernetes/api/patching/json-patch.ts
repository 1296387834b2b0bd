import { isJsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import { KubeStatusError } from '../../types.ts';
import { badRequest } from '../errors.ts';
import { copyJson } from '../json.ts';

type Operation = { op: string; path: string; from?: string; value?: unknown };
type Container = {
  read: () => unknown;
  add: (value: unknown) => void;
  replace: (value: unknown) => void;
  remove: () => void;
};

/** Applies a JSON patch (RFC 6902) to a copy. */
export function applyJsonPatch<T>(target: T, patch: unknown): T {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const holder = { root: copyJson(target) as unknown };
  for (const operation of patch as Operation[]) perform(holder, operation);
  return holder.root as T;
}

function perform(holder: { root: unknown }, operation: Operation): void {
  const { op, path, value } = operation;
  const at = locate(holder, path);
  if (op === 'add') at.add(copyJson(value));
  else if (op === 'remove') at.remove();
  else if (op === 'replace') at.replace(copyJson(value));
  else if (op !== 'test') transfer(holder, operation);
  else if (!jsonEqual(at.read(), value)) throw unprocessable(`testing value ${path} failed`);
}

function transfer(holder: { root: unknown }, { op, path, from = '' }: Operation): void {
  const source = locate(holder, from);
  const moved = copyJson(source.read());
  if (op === 'move') source.remove();
  else if (op !== 'copy') throw badRequest(`Unexpected kind: ${op}`);
  locate(holder, path).add(moved);
}

function unprocessable(message: string): KubeStatusError {
  return new KubeStatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
    {},
  );
}

function locate(holder: { root: unknown }, pointer: string): Container {
  const members = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (members.shift() !== '') throw badRequest(`invalid JSON pointer ${JSON.stringify(pointer)}`);
  const last = members.pop();
  if (last === undefined) return rootContainer(holder);
  let parent = holder.root;
  for (const member of members) {
    parent = Array.isArray(parent) ? parent[Number(member)] : isJsonObject(parent) ? parent[member] : undefined;
  }
  if (Array.isArray(parent)) return listContainer(parent, last, pointer);
  if (isJsonObject(parent)) return objectContainer(parent, last, pointer);
  throw unprocessable(`doc is missing path: ${pointer}: missing value`);
}

function rootContainer(holder: { root: unknown }): Container {
  const replace = (value: unknown) => {
    holder.root = value;
  };
  return { read: () => holder.root, add: replace, replace, remove: () => replace(null) };
}

function listContainer(list: unknown[], last: string, pointer: string): Container {
  const index = last === '-' ? list.length : Number(last);
  const isInside = Number.isInteger(index) && index >= 0 && index < list.length;
  const inside = <T>(then: () => T): T => {
    if (!isInside) throw unprocessable(`index out of range: ${pointer}`);
    return then();
  };
  return {
    read: () => inside(() => list[index]),
    add: (value) => {
      if (!isInside && index !== list.length) throw unprocessable(`index out of range: ${pointer}`);
      list.splice(index, 0, value);
    },
    replace: (value) => inside(() => list.splice(index, 1, value)),
    remove: () => inside(() => list.splice(index, 1)),
  };
}

function objectContainer(object: Record<string, unknown>, last: string, pointer: string): Container {
  const present = <T>(then: () => T): T => {
    if (!Object.hasOwn(object, last)) throw unprocessable(`${pointer}: missing value`);
    return then();
  };
  const set = (value: unknown) => {
    object[last] = value;
  };
  return {
    read: () => object[last],
    add: set,
    replace: (value) => present(() => set(value)),
    remove: () => present(() => delete object[last]),
  };
}
