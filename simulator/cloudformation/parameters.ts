import { type Template, TemplateError, type TemplateParameter } from './template.ts';

export type ParameterValues = Record<string, string | string[]>;

/** The values that a stack runs with: what was given, else the defaults, all checked against the template's constraints. */
export function parameterValues(template: Template, given: Readonly<Record<string, string>>): ParameterValues {
  const declared = template.Parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw new TemplateError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.entries(declared).filter(
    ([name, { Default }]) => given[name] === undefined && Default === undefined,
  );
  if (missing.length > 0) {
    throw new TemplateError(`Parameters: [${missing.map(([name]) => name).join(', ')}] must have values`);
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, parameter]) => {
      const value = given[name] ?? String(parameter.Default);
      return [name, checked(name, parameter, value)];
    }),
  );
}

function checked(name: string, parameter: TemplateParameter, value: string): string | string[] {
  switch (parameter.Type) {
    case 'String':
      checkText(name, parameter, value);
      return value;
    case 'Number':
      checkNumber(name, parameter, value);
      return value;
    case 'CommaDelimitedList': {
      const values = value.split(',').map((item) => item.trim());
      for (const item of values) checkText(name, parameter, item);
      return values;
    }
    case 'List<Number>': {
      const values = value.split(',').map((item) => item.trim());
      for (const item of values) checkNumber(name, parameter, item);
      return values;
    }
    default:
      throw new TemplateError(`parameter type ${parameter.Type} of ${name} is not simulated`);
  }
}

function checkText(name: string, parameter: TemplateParameter, value: string): void {
  const { AllowedValues, AllowedPattern, MinLength = 0, MaxLength = Number.POSITIVE_INFINITY } = parameter;
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    fail(name, parameter, `must be one of values: [${AllowedValues.join(', ')}]`);
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    fail(name, parameter, `must match pattern ${AllowedPattern}`);
  }
  if (value.length < MinLength) fail(name, parameter, `must contain at least ${MinLength} characters`);
  if (value.length > MaxLength) fail(name, parameter, `must contain at most ${MaxLength} characters`);
}

function checkNumber(name: string, parameter: TemplateParameter, value: string): void {
  const { AllowedValues, MinValue = Number.NEGATIVE_INFINITY, MaxValue = Number.POSITIVE_INFINITY } = parameter;
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) fail(name, parameter, 'must be a number');
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    fail(name, parameter, `must be one of values: [${AllowedValues.join(', ')}]`);
  }
  if (number < MinValue) fail(name, parameter, `must be a number not less than ${MinValue}`);
  if (number > MaxValue) fail(name, parameter, `must be a number not greater than ${MaxValue}`);
}

function fail(name: string, parameter: TemplateParameter, rule: string): never {
  throw new TemplateError(`Parameter '${name}' ${parameter.ConstraintDescription ?? rule}`);
}
