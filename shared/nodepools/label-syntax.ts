import { LABEL_VALUE_PATTERN, MAX_LABEL_VALUE_LENGTH } from './schemas/labels.ts';

const LABEL_VALUE = new RegExp(LABEL_VALUE_PATTERN);
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_NAME_LENGTH = 63;
const MAX_SUBDOMAIN_LENGTH = 253;

export function isLabelValue(text: string): boolean {
  return text.length <= MAX_LABEL_VALUE_LENGTH && LABEL_VALUE.test(text);
}

export function isSubdomain(text: string): boolean {
  return text.length <= MAX_SUBDOMAIN_LENGTH && SUBDOMAIN.test(text);
}

/** A label key: a name, with or without a DNS prefix and a slash before it. */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || name.length > MAX_NAME_LENGTH || !NAME.test(name)) return false;
  return parts.length === 1 || isSubdomain(parts[0] ?? '');
}
