/** What a decoder reads under the name of a field: text, a list of texts, an object, or a list of objects. */
export type Field = 'text' | 'texts' | { readonly object: Shape } | { readonly objects: Shape };

/** The fields of an object that a decoder reads. Maps, since keys of events are looked up in it, and `constructor` is one too. */
export type Shape = {
  readonly fields: ReadonlyMap<string, Field>;
  /** Their names, folded. */
  readonly folded: ReadonlySet<string>;
  readonly lengths: ReadonlySet<number>;
};

/**
 * As Go's decoder compares names of fields: without case, and with the two characters beyond ASCII that fold into it, the long s
 * and the Kelvin sign. The length stays.
 */
export function folded(name: string): string {
  return name.toLowerCase().replaceAll('\u017f', 's');
}

export function shapeOf(fields: Readonly<Record<string, Field>>): Shape {
  const names = Object.keys(fields);
  return {
    fields: new Map(Object.entries(fields)),
    folded: new Set(names.map(folded)),
    lengths: new Set(names.map((name) => name.length)),
  };
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The envelope as Karpenter decodes it, with that shape of `detail`. */
export function envelopeOf(detail: Shape): Shape {
  return shapeOf({
    account: 'text',
    detail: { object: detail },
    'detail-type': 'text',
    id: 'text',
    region: 'text',
    resources: 'texts',
    source: 'text',
    time: 'text',
    version: 'text',
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a JSON value in words: what a message shows in place of the value. */
export function typeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What of a value Karpenter's decoder would refuse: the first thing found, by its path. Absent and null pass, as they do there. */
export function typeFault(value: JsonObject, shape: Shape, path: string): string | undefined {
  for (const [name, field] of shape.fields) {
    const member = value[name];
    if (member === undefined || (field === 'text' && typeof member === 'string')) continue;
    const fault = fieldFault(member, field, path === '' ? name : `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(value: unknown, field: Field, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (field === 'text') return typeof value === 'string' ? undefined : `${path} is ${typeOf(value)}, not a string`;
  if (typeof field === 'object' && 'object' in field) {
    return isObject(value) ? typeFault(value, field.object, path) : `${path} is ${typeOf(value)}, not an object`;
  }
  if (!Array.isArray(value)) return `${path} is ${typeOf(value)}, not an array`;
  const member: Field = field === 'texts' ? 'text' : { object: field.objects };
  for (let index = 0; index < value.length; index += 1) {
    const fault = fieldFault(value[index], member, `${path}[${index}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
