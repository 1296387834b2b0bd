import { wholeSeconds } from '../../aws/services/eventbridge/events/envelope.ts';
import { healthEvents } from '../../aws/services/eventbridge/events/health.ts';
import type { StormInstance } from '../fleet.ts';
import { eventKey, type GeneratorOptions, type StormEvent } from '../generate.ts';
import { atLeast, type Experiment, exactly, LARGE, SMALL } from './experiment.ts';

/** Every way in which a notice of AWS Health can differ and still be one. */
const MATRIX = {
  entities: ['ids', 'arns'],
  resources: ['named', 'absent'],
  owners: ['one', 'two', 'one and a stranger'],
  status: ['upcoming', 'open', 'closed'],
  pages: ['one', 'each'],
  copy: ['first', 'backup'],
  account: ['own', 'another'],
} as const;

type Shape = { readonly [K in keyof typeof MATRIX]: (typeof MATRIX)[K][number] };

const SHAPES = (Object.keys(MATRIX) as (keyof typeof MATRIX)[]).reduce<readonly Partial<Shape>[]>(
  (shapes, name) => shapes.flatMap((shape) => MATRIX[name].map((value) => ({ ...shape, [name]: value }))),
  [{}],
) as readonly Shape[];

/** What is right for a shape, in the order in which it is looked at. */
function dropOf({ status, copy, account }: Shape): string | undefined {
  if (status === 'closed') return 'closed';
  if (copy === 'backup') return 'backup';
  return account === 'another' ? 'account' : undefined;
}

function* everyShape(options: GeneratorOptions): Generator<StormEvent> {
  const { instances, startMs, spreadSeconds, events, seed } = options;
  const mine = instances.filter(({ cluster }) => cluster !== null);
  const stranger = instances.find(({ cluster }) => cluster === null);
  let number = 0;
  for (let notice = 0; number < events; notice += 1) {
    const shape = SHAPES[notice % SHAPES.length];
    const [one, two] = pairOf(mine, notice);
    if (!shape || !one || !two || !stranger)
      throw new RangeError('the storm needs instances of two clusters and a stranger');
    const named = { one: [one], two: [one, two], 'one and a stranger': [one, stranger] }[shape.owners];
    const atMs = Math.round(startMs + (number * spreadSeconds * 1000) / events);
    for (const page of pagesOf(shape, named, { ...options, nowMs: atMs, number: notice })) {
      const key = eventKey(seed, number);
      number += 1;
      const drop = dropOf(shape);
      const owners = drop === undefined ? page.named.flatMap(({ cluster }) => cluster ?? []) : [];
      yield {
        key,
        atMs,
        ending: drop === undefined ? page.named : [],
        sent: { ...page.event, id: key, time: wholeSeconds(atMs) },
        meaning:
          drop === undefined ? { kind: 'scheduled_change', instanceIds: page.named.map(({ id }) => id) } : undefined,
        truth: {
          owners,
          mayBeDropped: drop !== undefined ? [drop] : owners.length === 0 ? ['not-ours'] : [],
          mayBeQuarantined: [],
          emittedMs: Math.floor(atMs / 1000) * 1000,
          bornMs: atMs,
          staleAfterSeconds: Infinity,
          noticeSeconds: null,
        },
      };
    }
  }
}

/** Two instances of different clusters, other ones for each notice. */
function pairOf(mine: readonly StormInstance[], notice: number): (StormInstance | undefined)[] {
  const one = mine[(notice * 2) % mine.length];
  const rest = [...mine.slice((notice * 2 + 1) % mine.length), ...mine];
  return [one, rest.find(({ cluster }) => cluster !== one?.cluster)];
}

type Origin = GeneratorOptions & { readonly nowMs: number; readonly number: number };

function pagesOf(shape: Shape, named: readonly StormInstance[], origin: Origin) {
  const { region, accountId, nowMs } = origin;
  const entities = named.map(({ id }) =>
    shape.entities === 'ids' ? id : `arn:aws:ec2:${region}:${accountId}:instance/${id}`,
  );
  const notice = {
    entities,
    startMs: nowMs + 86_400_000,
    statusCode: shape.status,
    withoutResources: shape.resources === 'absent',
    ...(shape.pages === 'each' ? { entitiesPerPage: 1 } : {}),
    ...(shape.copy === 'backup' ? { backupOf: 'eu-central-1' } : {}),
    ...(shape.account === 'another' ? { affectedAccount: '444455556666' } : {}),
  };
  return healthEvents(notice, origin).map((event, index) => ({
    event,
    named: shape.pages === 'each' ? named.slice(index, index + 1) : named,
  }));
}

/** R14: what AWS Health sends in every combination of its shapes, from the bus to Karpenter's parser. */
export const HEALTH: readonly Experiment[] = [
  {
    id: 'R14',
    title: `every shape of a notice of AWS Health (${SHAPES.length})`,
    faults: 'none',
    pass: [
      'every owner of an instance gets the event once, with bare ids',
      'closed events and copies for other Regions go nowhere',
    ],
    short: { ...SMALL, events: 420, spreadSeconds: 10 },
    long: LARGE,
    ground: () => ({ foreignShare: 0.02 }),
    storm: () => ({ source: everyShape }),
    check: ({ report: { conservation } }) => [
      ...atLeast('events dropped as closed', conservation.dropped['closed'], 1),
      ...atLeast('events dropped as copies', conservation.dropped['backup'], 1),
      ...atLeast('events dropped as of another account', conservation.dropped['account'], 1),
      ...exactly('duplicates', conservation.duplicates, 0),
    ],
  },
];
