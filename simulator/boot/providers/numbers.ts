import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';

/** A property that is a whole number within bounds, or what it is without being given. */
export function wholeNumber(
  type: string,
  properties: JsonMap,
  name: string,
  [low, high]: readonly [number, number],
  otherwise: number,
): number {
  const value = Number(properties[name] ?? otherwise);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new TemplateError(`${type}: ${name} must be between ${low} and ${high}, not ${properties[name]}`);
  return value;
}
