import type { KubeObject } from '../../types.ts';
import type { Resource } from '../resources/resource.ts';
import { BUILT_IN_COLUMNS, type Cell, DEFAULT_COLUMNS } from './built-in-columns.ts';
import { humanDuration } from './durations.ts';
import { valuesAtPath } from './json-path.ts';

type Column = {
  readonly definition: Record<string, unknown>;
  readonly cell: (object: KubeObject, nowMs: number) => Cell;
};

function age(time: unknown, nowMs: number): string {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? '<unknown>' : humanDuration(nowMs - at);
}

const NAME: Column = {
  definition: { name: 'Name', type: 'string', format: 'name', description: 'Name of the object.', priority: 0 },
  cell: (object) => object.metadata.name,
};

function builtInColumns(resource: Resource): Column[] {
  const columns = BUILT_IN_COLUMNS[resource.storageKey] ?? DEFAULT_COLUMNS;
  return columns.map(({ name, type = 'string', priority = 0, cell }) => ({
    definition: { name, type: type === 'date' ? 'string' : type, format: '', description: name, priority },
    cell: (object, nowMs) => (type === 'date' ? age(cell(object), nowMs) : (cell(object) ?? null)),
  }));
}

function customColumns(resource: Resource): Column[] {
  return (resource.columns ?? []).map((column) => ({
    definition: {
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? `${column.name} of the object`,
      priority: column.priority ?? 0,
    },
    cell: (object, nowMs) => customCell(column.type, valuesAtPath(object, column.jsonPath), nowMs),
  }));
}

function customCell(type: string, values: readonly unknown[], nowMs: number): Cell {
  const [value] = values;
  if (value === undefined) return null;
  if (type === 'date') return age(value, nowMs);
  if (type === 'integer' || type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  return values.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(',');
}

/** The object reduced to its metadata. */
export function partialMetadata(object: KubeObject): Record<string, unknown> {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** Objects as the rows of a meta.k8s.io/v1 Table. */
export function toTable(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  options: { readonly nowMs: number; readonly includeObject: string },
): Record<string, unknown> {
  const columns = [NAME, ...(resource.isCustom ? customColumns(resource) : builtInColumns(resource))];
  const include: Record<string, (object: KubeObject) => unknown> = {
    None: () => null,
    Object: (object) => object,
    Metadata: partialMetadata,
  };
  const shown = include[options.includeObject] ?? partialMetadata;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map((column) => column.definition),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, options.nowMs)),
      object: shown(object),
    })),
  };
}
