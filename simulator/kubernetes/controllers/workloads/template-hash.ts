import { createHash } from 'node:crypto';
import type { PodTemplate } from '../objects.ts';

// Letters and digits that make no words, as Kubernetes encodes such hashes.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

// Stored objects are never changed in place, so a template keeps its hash.
const known = new WeakMap<PodTemplate, string>();

/** A short name for a pod template: equal templates have equal ones, whatever the order of their members. */
export function templateHash(template: PodTemplate): string {
  const hash = known.get(template) ?? hashOf(template);
  known.set(template, hash);
  return hash;
}

function hashOf(template: PodTemplate): string {
  const digest = createHash('sha256').update(sortedJson(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join(',')}}`;
}
