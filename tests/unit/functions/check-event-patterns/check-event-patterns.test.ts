import { describe, expect, it } from '@jest/globals';
import {
  checkEventPatterns,
  type RuleInForce,
} from '../../../../functions/check-event-patterns/check-event-patterns.ts';
import { expectations } from '../../../../functions/check-event-patterns/samples.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:urgent';
const expected = expectations({ accountId: '111122223333', region: 'eu-west-1' });
const names = expected.map(({ rule }) => rule);

/** EventBridge with rules whose pattern is just the detail types that they take. */
function check(change: Record<string, Partial<RuleInForce> | undefined> = {}) {
  const lines: unknown[] = [];
  const inForce = new Map<string, RuleInForce | undefined>(
    expected.map(({ rule, matches }) => [
      rule,
      {
        pattern: JSON.stringify(matches.map(({ name }) => name)),
        isEnabled: true,
        targets: [{ arn: QUEUE, deadLetterArn: 'arn:dead' }],
      },
    ]),
  );
  for (const [rule, changed] of Object.entries(change)) {
    const found = inForce.get(rule);
    inForce.set(rule, changed && found ? { ...found, ...changed } : undefined);
  }
  const nameOf = (event: object) =>
    expected.flatMap(({ matches, ignores }) => [...matches, ...ignores]).find((sample) => sample.event === event)?.name;
  return checkEventPatterns(expected, {
    clock: { now: () => 0 },
    rules: Object.fromEntries(names.map((name) => [name, { name, queueArn: QUEUE }])),
    describeRule: async (name) => inForce.get(name),
    matches: async (pattern, event) => (JSON.parse(pattern) as string[]).includes(nameOf(event) ?? ''),
    writeLine: (line) => lines.push(JSON.parse(line)),
  }).then((report) => ({ report, lines }));
}

describe('the check of the event patterns', () => {
  it('finds nothing wrong with rules as deployed, and says so as a metric', async () => {
    const { report, lines } = await check();

    expect(report).toMatchObject({ ok: true, faults: [] });
    expect(report.checked.map(({ rule }) => rule)).toEqual(names);
    expect(lines).toEqual([expect.objectContaining({ RuleFaults: 0 })]);
  });

  it('names every fault at once: a narrow pattern, a wide one, a disabled rule, a missing rule, a wrong target', async () => {
    const { report, lines } = await check({
      SpotRule: { pattern: '["capacity reservation"]' },
      CapacityReservationRule: { isEnabled: false },
      HealthRule: undefined,
      RebalanceRule: { targets: [{ arn: 'arn:other', deadLetterArn: undefined }] },
      StateChangeRule: { targets: [{ arn: QUEUE, deadLetterArn: undefined }] },
      CanaryRule: { pattern: undefined },
    });

    expect(report.ok).toBe(false);
    expect(report.faults).toEqual([
      'SpotRule: the pattern of SpotRule misses a spot interruption event',
      'SpotRule: the pattern of SpotRule takes a capacity reservation event, which another rule delivers or nobody wants',
      'CapacityReservationRule: CapacityReservationRule is disabled, so nothing of its kind is delivered; enable it',
      'HealthRule: there is no rule HealthRule; deploy the stack again',
      `RebalanceRule: RebalanceRule does not feed ${QUEUE}; deploy the stack again`,
      'StateChangeRule: the target of StateChangeRule has no dead-letter queue, so what it cannot deliver is lost',
      'CanaryRule: CanaryRule has no event pattern',
    ]);
    expect(lines).toEqual([expect.objectContaining({ RuleFaults: 7 })]);
  });
});
