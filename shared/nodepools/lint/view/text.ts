/** A scalar as text; empty for what is none. JSON can hold an object whose own toString is no function. */
export function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
