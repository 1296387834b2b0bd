import { NormalizedSchema } from '@smithy/core/schema';

/** Index of the required-member count in a struct schema, and of the input and output in an operation schema, as the SDK generates them. */
const REQUIRED_COUNT = 6;
const INPUT = 4;
const OUTPUT = 5;

type SdkSchema = Parameters<typeof NormalizedSchema.of>[0];

export type OperationSchema = readonly [number, string, string, unknown, SdkSchema, SdkSchema];

/** Every way in which a request differs from the shape that the SDK's own schema gives it: unknown, missing and mistyped members. */
export function inputFaults(schema: OperationSchema, input: unknown): string[] {
  return faultsOf(schema[INPUT], input, schema[2]);
}

/** The same for what a simulated service answers: the simulator may not invent members either. */
export function outputFaults(schema: OperationSchema, output: object): string[] {
  const { $metadata: _, ...members } = output as { $metadata?: unknown };
  return faultsOf(schema[OUTPUT], members, `${schema[2]} output`);
}

function faultsOf(schema: SdkSchema, value: unknown, path: string): string[] {
  const faults: string[] = [];
  checkOf(NormalizedSchema.of(schema))(value, (at, what) => faults.push(`${path}${at}: ${what}`));
  return faults;
}

/** Takes what is wrong and where below the checked value. Paths are made only when there is something to tell. */
type Report = (at: string, what: string) => void;
type Check = (value: unknown, report: Report) => void;

/** One check for each shape of the SDK, made when it is first needed: shapes contain themselves. */
const checks = new WeakMap<object, Check>();

function checkOf(schema: NormalizedSchema): Check {
  const shape: unknown = schema.getSchema();
  if (typeof shape !== 'object' || shape === null) return makeCheck(schema);
  const known = checks.get(shape);
  if (known) return known;
  let made: Check | undefined;
  const check: Check = (value, report) => {
    made ??= makeCheck(schema);
    made(value, report);
  };
  checks.set(shape, check);
  return check;
}

function makeCheck(schema: NormalizedSchema): Check {
  if (schema.isDocumentSchema() || schema.isUnitSchema()) return () => undefined;
  if (schema.isStructSchema()) return structCheck(schema);
  if (schema.isListSchema()) {
    const item = checkOf(schema.getValueSchema());
    return present((value, report) => {
      if (!Array.isArray(value)) return report('', 'expected a list');
      for (let index = 0; index < value.length; index += 1)
        item(value[index], (at, what) => report(`[${index}]${at}`, what));
    });
  }
  if (schema.isMapSchema()) {
    const item = checkOf(schema.getValueSchema());
    return present((value, report) => {
      if (!isRecord(value)) return report('', 'expected a map');
      for (const key of Object.keys(value)) item(value[key], (at, what) => report(`.${key}${at}`, what));
    });
  }
  return present(scalarCheck(schema));
}

function present(check: Check): Check {
  return (value, report) => {
    if (value !== undefined && value !== null) check(value, report);
  };
}

function structCheck(schema: NormalizedSchema): Check {
  const members = new Map([...schema.structIterator()].map(([name, member]) => [name, checkOf(member)]));
  const requiredCount = (schema.getSchema() as unknown as readonly unknown[])[REQUIRED_COUNT];
  const required = [...members.keys()].slice(0, typeof requiredCount === 'number' ? requiredCount : 0);
  return present((value, report) => {
    if (!isRecord(value)) return report('', 'expected a structure');
    for (const name of required) if (value[name] === undefined) report(`.${name}`, 'required');
    for (const name of Object.keys(value)) {
      const member = members.get(name);
      if (member) member(value[name], (at, what) => report(`.${name}${at}`, what));
      else report(`.${name}`, 'unknown member');
    }
  });
}

function scalarCheck(schema: NormalizedSchema): Check {
  const expected =
    (isRight: (value: unknown) => boolean, what: string): Check =>
    (value, report) => {
      if (!isRight(value)) report('', `expected ${what}, got ${typeof value}`);
    };
  if (schema.isStringSchema()) return expected((value) => typeof value === 'string', 'a string');
  if (schema.isBooleanSchema()) return expected((value) => typeof value === 'boolean', 'a boolean');
  if (schema.isTimestampSchema()) return expected(isDate, 'a Date');
  if (schema.isNumericSchema())
    return expected((value) => typeof value === 'number' || typeof value === 'bigint', 'a number');
  if (schema.isBlobSchema())
    return expected((value) => typeof value === 'string' || typeof value === 'object', 'bytes');
  return () => undefined;
}

/** A copy made by structuredClone may be a Date of another realm. */
function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
