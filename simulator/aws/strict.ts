import { NormalizedSchema } from '@smithy/core/schema';

/** Index of the required-member count in a struct schema, and of the input and output in an operation schema, as the SDK generates them. */
const REQUIRED_COUNT = 6;
const INPUT = 4;
const OUTPUT = 5;

type SdkSchema = Parameters<typeof NormalizedSchema.of>[0];

export type OperationSchema = readonly [number, string, string, unknown, SdkSchema, SdkSchema];

/** Every way in which a request differs from the shape that the SDK's own schema gives it: unknown, missing and mistyped members. */
export function inputFaults(schema: OperationSchema, input: unknown): string[] {
  return faultsOf(NormalizedSchema.of(schema[INPUT]), input, schema[2]);
}

/** The same for what a simulated service answers: the simulator may not invent members either. */
export function outputFaults(schema: OperationSchema, output: object): string[] {
  const { $metadata: _, ...members } = output as { $metadata?: unknown };
  return faultsOf(NormalizedSchema.of(schema[OUTPUT]), members, `${schema[2]} output`);
}

function faultsOf(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  if (schema.isDocumentSchema() || schema.isUnitSchema()) return [];
  if (schema.isStructSchema()) return structFaults(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: expected a list`];
    return value.flatMap((item, index) => faultsOf(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (schema.isMapSchema()) {
    if (!isRecord(value)) return [`${path}: expected a map`];
    return Object.entries(value).flatMap(([key, item]) => faultsOf(schema.getValueSchema(), item, `${path}.${key}`));
  }
  return scalarFaults(schema, value, path);
}

function structFaults(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path}: expected a structure`];
  const members = new Map<string, NormalizedSchema>(schema.structIterator());
  const requiredCount = (schema.getSchema() as unknown as readonly unknown[])[REQUIRED_COUNT];
  const required = [...members.keys()].slice(0, typeof requiredCount === 'number' ? requiredCount : 0);
  return [
    ...required.filter((name) => value[name] === undefined).map((name) => `${path}.${name}: required`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members.get(name);
      return member ? faultsOf(member, item, `${path}.${name}`) : [`${path}.${name}: unknown member`];
    }),
  ];
}

function scalarFaults(schema: NormalizedSchema, value: unknown, path: string): string[] {
  const expected = (ok: boolean, what: string) => (ok ? [] : [`${path}: expected ${what}, got ${typeof value}`]);
  if (schema.isStringSchema()) return expected(typeof value === 'string', 'a string');
  if (schema.isBooleanSchema()) return expected(typeof value === 'boolean', 'a boolean');
  if (schema.isTimestampSchema()) return expected(isDate(value), 'a Date');
  if (schema.isNumericSchema()) return expected(typeof value === 'number' || typeof value === 'bigint', 'a number');
  if (schema.isBlobSchema())
    return expected(typeof value === 'string' || value instanceof Uint8Array || typeof value === 'object', 'bytes');
  return [];
}

/** A copy made by structuredClone may be a Date of another realm. */
function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
