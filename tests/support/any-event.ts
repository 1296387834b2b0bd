import fc from 'fast-check';

/** A JSON object as text is written: keys may repeat, and nothing is put in order. */
type Entries = readonly (readonly [key: string, value: string])[];

const space = fc.constantFrom('', '', '', ' ', '\n  ', '\t');
const instanceId = fc.constantFrom('i-0f3a9c1d2b4e5f607', 'i-0b17c2d3', 'i-09d8c7b6a5f4e3d21');
const hostileText = fc.constantFrom(
  '',
  'i-0f3a9c1d2b4e5f607; rm -rf /',
  'I-0F3A9C1D2B4E5F607',
  '../../etc',
  '\n{"level":"fatal"}',
  '\u2028',
  '__proto__',
  'i-0f3a9c1d2b4e5f607\u0000',
  'arn:aws:ec2:eu-west-1:111122223333:instance/i-0f3a9c1d2b4e5f607',
  'arn:aws:ec2:eu-west-1b:instance/i-0f3a9c1d2b4e5f607',
  'vol-0f3a9c1d2b4e5f607',
  '2026-11-21T09:14:07',
  '2026-02-30T09:14:07Z',
);

/** A string as it may be written: plainly, or each character as an escape. */
const written = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.integer({ min: 0, max: 9 })).map(([plain, dice]) => {
    if (dice > 0) return JSON.stringify(plain);
    return `"${[...plain].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  });

const anyValue = fc.oneof(
  fc.json({ maxDepth: 2 }),
  fc.constantFrom('null', '0', '1e400', '-0.10', '[]', '{}', '"x"', '[null]', '[1]', '{"entityValue":5}', 'true'),
  written(hostileText),
  written(instanceId),
);

/** A key that Go may take for the known one: in another case, or with a character that folds into ASCII. */
const foldingKey = (known: string) =>
  fc.array(fc.boolean(), { minLength: known.length, maxLength: known.length }).map((flips) =>
    [...known]
      .map((character, index) => {
        if (!flips[index]) return character;
        if (character === 's') return index % 2 === 0 ? '\u017f' : 'S';
        return character === 'k' ? '\u212a' : character.toUpperCase();
      })
      .join(''),
  );

const anyKey = (known: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...known).chain(foldingKey),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'joinery', 'hasOwnProperty', ''),
    fc.string({ maxLength: 8 }),
  );

/** The entries with some of them changed, added, repeated, moved or left out. */
function disturbed(entries: Entries, often: number): fc.Arbitrary<Entries> {
  const keys = entries.map(([key]) => key);
  const change = fc.tuple(
    fc.nat({ max: often }),
    anyKey(keys),
    anyValue,
    fc.nat({ max: entries.length }),
    fc.constantFrom('set', 'insert', 'repeat', 'remove'),
  );
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    let result = [...entries];
    for (const [dice, key, value, at, how] of changes) {
      if (dice > 0) continue;
      const chosen = result[at % Math.max(1, result.length)];
      if (how === 'insert') result.splice(at, 0, [key, value]);
      else if (how === 'repeat' && chosen) result.splice(0, 0, [chosen[0], value]);
      else if (how === 'remove') result = result.filter((entry) => entry !== chosen);
      else result = result.map((entry) => (entry === chosen ? [entry[0], value] : entry));
    }
    return result;
  });
}

function objectText(entries: Entries): fc.Arbitrary<string> {
  return fc.tuple(space, space).map(([outer, inner]) => {
    const members = entries.map(([key, value]) => `${JSON.stringify(key)}${inner}:${outer}${value}`);
    return `{${inner}${members.join(`${outer},${inner}`)}${outer}}`;
  });
}

const object = (entries: Entries, often: number) => disturbed(entries, often).chain(objectText);

const quoted = (text: string) => JSON.stringify(text);

function envelope(source: string, detailType: string, detail: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return detail.chain((detailText) =>
    object(
      [
        ['version', quoted('0')],
        ['id', quoted('5d0c7a1e-3b7f-4f0e-9f2b-1a2b3c4d5e01')],
        ['detail-type', quoted(detailType)],
        ['source', quoted(source)],
        ['account', quoted('111122223333')],
        ['time', quoted('2026-11-21T09:14:07Z')],
        ['region', quoted('eu-west-1')],
        ['resources', '["arn:aws:ec2:eu-west-1b:instance/i-0f3a9c1d2b4e5f607"]'],
        ['detail', detailText],
      ],
      2,
    ),
  );
}

const ec2Detail = fc
  .tuple(instanceId, fc.constantFrom('terminate', 'stop', 'hibernate', 'dance'))
  .chain(([id, action]) =>
    object(
      [
        ['instance-id', quoted(id)],
        ['instance-action', quoted(action)],
      ],
      3,
    ),
  );

const stateDetail = fc
  .tuple(instanceId, fc.constantFrom('running', 'stopping', 'Stopped', 'shutting-down', 'terminated', 'melting'))
  .chain(([id, state]) =>
    object(
      [
        ['instance-id', quoted(id)],
        ['state', quoted(state)],
      ],
      3,
    ),
  );

const entity = fc
  .oneof({ weight: 4, arbitrary: instanceId }, hostileText)
  .chain((value) => object([['entityValue', quoted(value)]], 6));

const healthDetail = fc
  .tuple(fc.array(entity, { maxLength: 4 }), fc.constantFrom('open', 'upcoming', 'closed'))
  .chain(([entities, statusCode]) =>
    object(
      [
        ['eventArn', quoted('arn:aws:health:eu-west-1::event/EC2/X/X_1')],
        ['service', quoted('EC2')],
        ['eventTypeCategory', quoted('scheduledChange')],
        ['statusCode', quoted(statusCode)],
        ['eventRegion', quoted('eu-west-1')],
        ['eventDescription', '[{"language":"en_US","latestDescription":"A description"}]'],
        ['affectedEntities', `[${entities.join(',')}]`],
        ['backupEvent', quoted('false')],
      ],
      5,
    ),
  );

const wellMeant = fc.oneof(
  envelope('aws.ec2', 'EC2 Spot Instance Interruption Warning', ec2Detail),
  envelope('aws.ec2', 'EC2 Capacity Reservation Instance Interruption Warning', ec2Detail),
  envelope('aws.ec2', 'EC2 Interruptible Capacity Reservation Instance Interruption Warning', ec2Detail),
  envelope('aws.ec2', 'EC2 Instance Rebalance Recommendation', ec2Detail),
  envelope('aws.ec2', 'EC2 Instance State-change Notification', stateDetail),
  envelope('aws.health', 'AWS Health Event', healthDetail),
  envelope('joinery.canary', 'Joinery Canary', object([['cluster', '"a"']], 3)),
);

/** A text with one stretch of it replaced. */
const damaged = fc
  .tuple(wellMeant, fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }))
  .map(([text, at, length, put]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + put + text.slice(from + length);
  });

/** Bodies of messages: events, nearly events, and anything at all. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: wellMeant },
  { weight: 2, arbitrary: damaged },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);
