import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from '../../../../../../simulator/aws/services/eventbridge/patterns/compile.ts';
import { matchesPattern } from '../../../../../../simulator/aws/services/eventbridge/patterns/match.ts';

const matches = (pattern: object, event: object) => matchesPattern(compilePattern(JSON.stringify(pattern)), event);
const onField = (entry: unknown, value: unknown) =>
  matches({ detail: { field: [entry] } }, JSON.parse(JSON.stringify({ detail: { field: value } })));
const refusal = (json: string) => {
  try {
    compilePattern(json);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const stateChange = {
  version: '0',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2026-11-21T09:12:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0f3a9c1d2b4e5f607'],
  detail: { 'instance-id': 'i-0f3a9c1d2b4e5f607', state: 'running', count: 5, limit: 301.8, ip: '10.0.0.33' },
};

describe('an event pattern', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['a text, exactly', 'running', 'running', true],
    ['a text in other letters', 'Running', 'running', false],
    ['a number by its value', 3.018e2, 301.8, true],
    ['a number that the event has as a text', 5, '5', false],
    ['a text that the event has as a number', '5', 5, false],
    ['a boolean', true, true, true],
    ['null', null, null, true],
    ['null where there is an empty text', null, '', false],
    ['an empty text', '', '', true],
    ['one element of a list', 'b', ['a', 'b'], true],
    ['nothing of an empty list', 'a', [], false],
    ['an object by nothing', 'a', { a: 'a' }, false],
    ['an address in another spelling', '::1', '0:0:0:0:0:0:0:1', true],
    ['a prefix', { prefix: 'run' }, 'running', true],
    ['a prefix of a number', { prefix: '5' }, 55, false],
    ['a prefix in other letters', { prefix: { 'equals-ignore-case': 'RUN' } }, 'running', true],
    ['a suffix', { suffix: '.png' }, 'a.png', true],
    ['a suffix in other letters', { suffix: { 'equals-ignore-case': '.PNG' } }, 'a.png', true],
    ['a text in whatever letters', { 'equals-ignore-case': 'RUNNING' }, 'running', true],
    ['anything but a text', { 'anything-but': 'running' }, 'stopped', true],
    ['anything but this text', { 'anything-but': 'running' }, 'running', false],
    ['anything but a text, with a number', { 'anything-but': 'running' }, 5, true],
    ['anything but numbers', { 'anything-but': [100, 200] }, 200, false],
    ['anything but, with any element that passes', { 'anything-but': 'a' }, ['a', 'b'], true],
    ['anything but a prefix', { 'anything-but': { prefix: ['in', 'er'] } }, 'error', false],
    ['anything but a suffix', { 'anything-but': { suffix: '.png' } }, 'a.jpg', true],
    [
      'anything but a text in other letters',
      { 'anything-but': { 'equals-ignore-case': ['STOPPED'] } },
      'stopped',
      false,
    ],
    ['anything but a wildcard', { 'anything-but': { wildcard: '*/lib/*' } }, '/usr/lib/a', false],
    ['anything but, with null', { 'anything-but': { wildcard: '*' } }, null, true],
    ['an equation', { numeric: ['=', 5] }, 5, true],
    ['a range, above its bottom', { numeric: ['>', 0, '<=', 5] }, 5, true],
    ['a range, at its open bottom', { numeric: ['>', 0, '<=', 5] }, 0, false],
    ['a number as a text', { numeric: ['<', 10] }, '5', false],
    ['presence', { exists: true }, 'x', true],
    ['presence of a null', { exists: true }, null, true],
    ['presence of an object, which is no leaf', { exists: true }, { x: 1 }, false],
    ['absence', { exists: false }, undefined, true],
    ['absence of an object, which is no leaf', { exists: false }, { x: 1 }, true],
    ['absence where there is a value', { exists: false }, 'x', false],
    ['an address of a range', { cidr: '10.0.0.0/24' }, '10.0.0.255', true],
    ['an address beside a range', { cidr: '10.0.0.0/24' }, '10.0.1.0', false],
    ['an IPv6 address of a range', { cidr: '2001:db8::/32' }, '2001:0DB8:1::', true],
    ['no address', { cidr: '0.0.0.0/0' }, 'ten', false],
    ['a wildcard', { wildcard: 'a*b*c' }, 'a-b-b-c', true],
    ['a wildcard that would need one character twice', { wildcard: 'ab*ba' }, 'aba', false],
    ['a star that is meant', { wildcard: 'a\\*' }, 'a*', true],
    ['a star that is meant, against another character', { wildcard: 'a\\*' }, 'ab', false],
  ])('matches %s', (_what, entry, value, expected) => {
    expect(onField(entry, value)).toBe(expected);
  });

  it.each<[string, object, boolean]>([
    ['all fields', { source: ['aws.ec2'], detail: { state: ['stopped', 'running'], count: [5] } }, true],
    ['not all fields', { source: ['aws.ec2'], detail: { state: ['stopped'] } }, false],
    ['an element of resources by prefix', { resources: [{ prefix: 'arn:aws:ec2:' }] }, true],
    ['either branch of $or', { $or: [{ source: ['aws.health'] }, { detail: { count: [5] } }] }, true],
    ['neither branch of $or', { $or: [{ source: ['aws.health'] }, { detail: { count: [6] } }] }, false],
    [
      '$or beside a field that does not match',
      { region: ['us-east-1'], $or: [{ source: ['aws.ec2'] }, { id: ['1'] }] },
      false,
    ],
    [
      '$or in depth, with and',
      { detail: { $or: [{ state: ['off'] }, { state: ['running'], ip: [{ cidr: '10.0.0.0/8' }] }] } },
      true,
    ],
    ['a member named like an operator, outside $or', { detail: { prefix: ['x'] } }, false],
    ['anything but, on a field that is not there', { detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  ])('takes %s', (_what, pattern, expected) => {
    expect(matches(pattern, stateChange)).toBe(expected);
  });

  it('wants two fields of a list of objects from one and the same object', () => {
    const event = {
      detail: {
        entities: [
          { id: 'a', ok: true },
          { id: 'b', ok: false },
        ],
      },
    };

    expect(matches({ detail: { entities: { id: ['a'], ok: [true] } } }, event)).toBe(true);
    expect(matches({ detail: { entities: { id: ['a'], ok: [false] } } }, event)).toBe(false);
  });

  it('does not confuse a dot in a name with a path', () => {
    expect(matches({ 'a.b': ['x'] }, { a: { b: 'x' } })).toBe(false);
  });

  it.each([
    ['not json', 'it is not JSON'],
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"detail":{}}', 'Empty objects are not allowed'],
    ['{"source":[]}', 'Empty arrays are not allowed'],
    ['{"source":"aws.ec2"}', '"source" must be an object or an array'],
    ['{"source":[["aws.ec2"]]}', 'Match value must be'],
    ['{"source":[{}]}', 'Match expression name not found'],
    ['{"source":[{"starts-with":"a"}]}', 'Unrecognized match type starts-with'],
    ['{"source":[{"prefix":"a","suffix":"b"}]}', 'Only one key allowed'],
    ['{"source":[{"prefix":5}]}', 'prefix match pattern must be a string'],
    ['{"source":[{"prefix":{"wildcard":"a"}}]}', 'Unsupported prefix pattern: wildcard'],
    ['{"source":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 2'],
    ['{"source":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 1'],
    ['{"n":[{"numeric":[">",0,"<"]}]}', 'Value of < must be numeric'],
    ['{"n":[{"numeric":["<",5,">",0]}]}', 'Too many elements'],
    ['{"n":[{"numeric":[">",5,"<",0]}]}', 'Bottom must be less than top'],
    ['{"n":[{"numeric":["!=",5]}]}', 'Unrecognized numeric range operator'],
    ['{"n":[{"anything-but":["a",1]}]}', 'mixed type is not supported'],
    ['{"n":[{"anything-but":[]}]}', 'mixed type is not supported'],
    ['{"n":[{"anything-but":null}]}', 'start|null|boolean'],
    ['{"n":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix'],
    ['{"n":[{"anything-but":{"numeric":["=",1]}}]}', 'Unsupported anything-but pattern: numeric'],
    ['{"n":[{"exists":"true"}]}', 'exists match pattern must be'],
    ['{"n":[{"cidr":"10.0.0.0"}]}', "one '/' required"],
    ['{"n":[{"cidr":"10.0.0.0/32"}]}', 'IPv4 mask bits must be < 32'],
    ['{"n":[{"cidr":"ten/8"}]}', 'Nonstandard IP address'],
    ['{"$or":[{"a":[1]}]}', 'at least 2 Objects'],
    ['{"$or":{"a":[1]}}', 'It must be an Array'],
    ['{"$or":[{"a":[1]},{"prefix":[1]}]}', 'reserved fieldName'],
    [`{"a":["${'x'.repeat(4090)}"]}`, 'at most 4096 are allowed'],
  ])('is refused: %s', (json, reason) => {
    expect(refusal(json)).toContain(reason);
  });

  it('is refused when its $ors multiply to more than a thousand combinations', () => {
    const or = Array.from({ length: 11 }, (_, index) => ({ [`f${index}`]: [1] }));

    expect(refusal(JSON.stringify({ a: { $or: or }, b: { $or: or } }))).toBeUndefined();
    expect(refusal(JSON.stringify({ a: { $or: or }, b: { $or: or }, c: { $or: or } }))).toContain('1000 combinations');
  });
});

describe('any event', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '$or' && text !== '__proto__');

  it('is matched by the pattern made of its own values, and not when one is excluded', () => {
    const event = fc.dictionary(name, leaf, { minKeys: 1 });
    fc.assert(
      fc.property(event, (detail) => {
        const pattern = Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, [value]]));
        expect(matches({ detail: pattern }, { detail })).toBe(true);
        const [key = '', value] = Object.entries(detail)[0] ?? [];
        if (typeof value !== 'string' && typeof value !== 'number') return;
        expect(matches({ detail: { ...pattern, [key]: [{ 'anything-but': value }] } }, { detail })).toBe(false);
      }),
    );
  });

  it('is matched by $or exactly when one of the branches matches alone', () => {
    const branch = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 }));
    const event = fc.record({ a: fc.integer({ min: 0, max: 2 }), b: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(branch, { minLength: 2, maxLength: 4 }), event, (branches, detail) => {
        const objects = branches.map(([field, value]) => ({ [field]: [value] }));
        expect(matches({ $or: objects }, detail)).toBe(objects.some((object) => matches(object, detail)));
      }),
    );
  });

  it('is matched by a wildcard as by the regular expression that says the same', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        (parts, text) => {
          const inner = parts.slice(1, -1).filter((part) => part !== '');
          const pieces = parts.length === 1 ? parts : [parts[0] ?? '', ...inner, parts.at(-1) ?? ''];
          expect(onField({ wildcard: pieces.join('*') }, text)).toBe(new RegExp(`^${pieces.join('.*')}$`).test(text));
        },
      ),
    );
  });
});
