import type { Scope } from './resolve.ts';
import { resolve } from './resolve.ts';
import { isRecord, type Json, TemplateError } from './template.ts';

/** Evaluates the Conditions section; conditions may name each other, but not themselves. */
export function evaluateConditions(scope: Omit<Scope, 'conditions' | 'resources'>): Record<string, boolean> {
  const definitions = scope.template.Conditions ?? {};
  const values: Record<string, boolean> = {};
  const named = (name: string, path: readonly string[]): boolean => {
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (definition === undefined) throw new TemplateError(`Unresolved condition dependency ${name}`);
    if (path.includes(name))
      throw new TemplateError(`Circular dependency between conditions: ${[...path, name].join(' -> ')}`);
    values[name] ??= evaluate(definition, [...path, name]);
    return values[name];
  };
  const evaluate = (value: Json, path: readonly string[]): boolean => {
    const [entry, ...others] = isRecord(value) ? Object.entries(value as Record<string, Json>) : [];
    if (!entry || others.length > 0) throw new TemplateError('a condition is made of one condition function');
    const [name, argument] = entry;
    const parts = Array.isArray(argument) ? argument : [argument];
    const all = () => parts.map((part) => evaluate(part, path));
    switch (name) {
      case 'Condition':
        return named(String(argument), path);
      case 'Fn::Equals': {
        const [left, right] = parts.map((part) => resolve(part, { ...scope, conditions: {}, resources: {} }));
        if (parts.length !== 2) throw new TemplateError('Fn::Equals needs 2 arguments');
        return comparable(left) === comparable(right);
      }
      case 'Fn::And':
        return all().every(Boolean);
      case 'Fn::Or':
        return all().some(Boolean);
      case 'Fn::Not':
        if (parts.length !== 1) throw new TemplateError('Fn::Not needs 1 argument');
        return !all()[0];
      default:
        throw new TemplateError(`condition function ${name} is not simulated`);
    }
  };
  for (const name of Object.keys(definitions)) named(name, []);
  return values;
}

/** CloudFormation compares texts: the parameter 0 is the number 0 of the template. */
function comparable(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
