import type { KubeObject } from '../types.ts';
import { badRequest } from './errors.ts';
import { valueAt } from './json.ts';
import type { Resource } from './resources/resource.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** A LabelSelector as objects carry it. */
export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
};

/** Whether labels satisfy a LabelSelector object; an empty one selects everything, an absent one nothing. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: { key: string; operator: string; values?: readonly string[] }, labels: Labels) {
  const value = labels[expression.key];
  const isListed = value !== undefined && (expression.values ?? []).includes(value);
  if (expression.operator === 'In') return isListed;
  if (expression.operator === 'NotIn') return !isListed;
  if (expression.operator === 'Exists') return value !== undefined;
  if (expression.operator === 'DoesNotExist') return value === undefined;
  throw badRequest(`"${expression.operator}" is not a valid label selector operator`);
}

/** A selector object as the text that a list request takes. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
  });
  return [...equal, ...others].join(',');
}

const KEY = '([A-Za-z0-9][-A-Za-z0-9_./]*)';
const SET_BASED = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^${KEY}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*${KEY}$`);

/** Parses the text of a labelSelector parameter. */
export function parseLabelSelector(text: string | undefined): Requirement {
  if (text === undefined || text.trim() === '') return () => true;
  const requirements = text.split(/,(?![^(]*\))/).map((part) => parseRequirement(part.trim(), text));
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function parseRequirement(part: string, text: string): Requirement {
  const [, setKey = '', operator, list = ''] = SET_BASED.exec(part) ?? [];
  if (operator) {
    const values = list.split(',').map((value) => value.trim());
    const isIn: Requirement = (labels) => labels[setKey] !== undefined && values.includes(labels[setKey]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const [, key = '', sign, wanted] = EQUALITY.exec(part) ?? [];
  if (sign) return sign === '!=' ? (labels) => labels[key] !== wanted : (labels) => labels[key] === wanted;
  const [, not, existing = ''] = EXISTENCE.exec(part) ?? [];
  if (existing === '') throw badRequest(`unable to parse requirement: invalid label selector ${JSON.stringify(text)}`);
  return not ? (labels) => labels[existing] === undefined : (labels) => labels[existing] !== undefined;
}

/** Parses the text of a fieldSelector parameter; a field that the resource cannot be selected by is a 400. */
export function parseFieldSelector(text: string | undefined, resource: Resource): (object: KubeObject) => boolean {
  if (text === undefined || text === '') return () => true;
  const requirements = text.split(',').map((part) => {
    const [, field = '', sign, wanted = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
    const isKnown = field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced);
    if (!sign) throw badRequest(`invalid field selector: ${JSON.stringify(text)}`);
    if (!isKnown && !resource.selectableFields.includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    const path = field.split('.');
    return (object: KubeObject) => (fieldText(object, path) === wanted) !== (sign === '!=');
  });
  return (object) => requirements.every((requirement) => requirement(object));
}

function fieldText(object: KubeObject, path: readonly string[]): string {
  const value = valueAt(object, path);
  if (value === undefined || value === null) return path.at(-1) === 'unschedulable' ? 'false' : '';
  if (typeof value === 'object') return String((value as Record<string, unknown>)['component'] ?? '');
  return String(value);
}
