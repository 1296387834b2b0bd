import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseMessage } from '../../../../simulator/karpenter/interruption/parse-message.ts';
import { ACCOUNT, decisionOn, MANAGEMENT_ACCOUNT, sample, someFacts } from '../../../support/events.ts';

const ONE = 'i-0f3a9c1d2b4e5f607';
const TWO = 'i-0b17c2d3e4f5a6b78';
const THREE = 'i-09d8c7b6a5f4e3d21';

/** us-west-2 at 09:34; a owns two of the instances, b the third. */
const FACTS = someFacts(
  { [ONE]: 'a', [TWO]: 'b', [THREE]: 'a' },
  {
    nowMs: Date.parse('2026-11-21T09:20:10Z'),
    region: 'us-west-2',
    accountIds: new Set([ACCOUNT, MANAGEMENT_ACCOUNT]),
    queues: someFacts().queues.map((queue) => ({ ...queue, region: 'us-west-2' })),
  },
);

type Expected = {
  readonly kind: string | null;
  readonly outcome: string;
  readonly ids?: readonly string[];
  readonly clusters?: readonly string[];
  readonly repairs?: readonly string[];
  readonly body?: (body: string) => string;
};

const toA = { ids: [ONE], clusters: ['a'] };
const spot = { kind: 'spot-interruption', outcome: 'forward owner-known', ...toA };
const stateChange = { kind: 'state-change', outcome: 'forward owner-known', ...toA };
const reservation = { kind: 'capacity-reservation-interruption', outcome: 'forward owner-known', ...toA };
const health = { kind: 'health', outcome: 'forward owner-known', ...toA };
const notForKarpenter = { kind: 'other', outcome: 'drop not-for-karpenter' };
const poison = (kind: string | null, reason: string) => ({ kind, outcome: `quarantine ${reason}` });

const INSTANCE_ARN = `arn:aws:ec2:us-west-2:111122223333:instance/${ONE}`;

const EXPECTED: Readonly<Record<string, Expected>> = {
  'spot-interruption-warning.json': spot,
  'spot-interruption-warning.account-arn.json': spot,
  'spot-interruption-warning.stop.json': { ...spot, ids: [TWO], clusters: ['b'] },
  'spot-interruption-warning.hibernate.json': { ...spot, ids: [TWO], clusters: ['b'] },
  'spot-interruption-warning.aws-cn.json': { kind: 'spot-interruption', outcome: 'drop region', ids: [THREE] },
  'rebalance-recommendation.json': { ...spot, kind: 'rebalance' },
  'instance-state-change.pending.json': { kind: 'state-change', outcome: 'drop state' },
  'instance-state-change.running.json': { kind: 'state-change', outcome: 'drop state' },
  'instance-state-change.stopping.json': stateChange,
  'instance-state-change.stopped.json': stateChange,
  'instance-state-change.shutting-down.json': stateChange,
  'instance-state-change.terminated.json': stateChange,
  'capacity-reservation-instance-interruption-warning.json': reservation,
  'capacity-reservation-instance-interruption-warning.resources-string.json': {
    ...reservation,
    repairs: ['resources-to-array'],
    body: (body) => body.replace(`"resources": "${INSTANCE_ARN}"`, `"resources": ["${INSTANCE_ARN}"]`),
  },
  'capacity-reservation-instance-interruption-warning.minimal.json': reservation,
  'interruptible-capacity-reservation-reclamation-completed.json': notForKarpenter,
  'capacity-block-expiration-warning.doc-shape.json': notForKarpenter,
  'spot-instance-request-fulfillment.json': notForKarpenter,
  'scheduled-event.json': notForKarpenter,
  'autoscaling/instance-launch-lifecycle-action.json': notForKarpenter,
  'autoscaling/instance-terminate-lifecycle-action.json': notForKarpenter,
  'autoscaling/instance-terminate-lifecycle-action.minimal.json': notForKarpenter,
  'autoscaling/instance-launch-successful.json': notForKarpenter,
  'health/scheduled-change.instance-retirement.json': health,
  'health/scheduled-change.instance-retirement.arn-entity-no-resources.json': {
    ...health,
    repairs: ['entity-arn-to-id'],
    body: (body) => body.replace(`"entityValue": "${INSTANCE_ARN}"`, `"entityValue": "${ONE}"`),
  },
  'health/scheduled-change.network-maintenance.multi-entity.json': {
    ...health,
    ids: [ONE, TWO, THREE],
    clusters: ['a', 'b'],
  },
  'health/scheduled-change.reboot.page-1-of-2.json': health,
  'health/scheduled-change.reboot.page-2-of-2.json': { ...health, ids: [TWO], clusters: ['b'] },
  'health/scheduled-change.backup-region-copy.json': { kind: 'health', outcome: 'drop backup' },
  'health/scheduled-change.organization-view.json': health,
  'health/scheduled-change.closed.json': { kind: 'health', outcome: 'drop closed' },
  'health/issue.instance-store-degraded.json': { kind: 'health', outcome: 'drop category' },
  'health/issue.public-operational.no-entities.json': { kind: 'health', outcome: 'drop category' },
  'malformed/not-json.txt': poison(null, 'not-json'),
  'malformed/sns-wrapped.json': poison(null, 'not-an-event'),
  'malformed/spot.missing-instance-id.json': poison('spot-interruption', 'instance-id'),
  'malformed/spot.hostile-instance-id.json': poison('spot-interruption', 'instance-id'),
  'malformed/spot.time-without-zone.json': poison('spot-interruption', 'time'),
  'malformed/spot.version-number.json': poison('spot-interruption', 'version'),
  'malformed/spot.unknown-detail-type.json': poison('other', 'unknown-detail-type'),
  'malformed/spot.detail-not-object.json': poison('spot-interruption', 'detail'),
  'malformed/spot.proto-pollution.json': spot,
};

describe('the sample events', () => {
  it('are all in the table, apart from the envelopes, which are batches', () => {
    const folder = fileURLToPath(new URL('../../../fixtures/events', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));

    expect(files.filter((name) => !name.startsWith('envelopes/')).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))('%s', (name, expected) => {
    const body = sample(name);

    const { kind, action, reason, instanceIds, repairs, deliveries, detail } = decisionOn(body, FACTS);

    expect({ kind, outcome: `${action} ${reason}`, instanceIds, repairs }).toEqual({
      kind: expected.kind,
      outcome: expected.outcome,
      instanceIds: expected.ids ?? [],
      repairs: expected.repairs ?? [],
    });
    expect(deliveries.map(({ cluster }) => cluster)).toEqual(expected.clusters ?? []);
    const wanted = expected.body ? expected.body(body) : body;
    for (const delivery of deliveries) {
      expect(delivery.body).toBe(wanted);
      expect(parseMessage(delivery.body)).toMatchObject({ instanceIds: expected.ids });
    }
    expect(detail).not.toMatch(/rm -rf|i-0/);
  });

  it('one of the organization view is dropped where the management account is not registered', () => {
    const facts = { ...FACTS, accountIds: new Set([ACCOUNT]) };

    expect(decisionOn(sample('health/scheduled-change.organization-view.json'), facts)).toMatchObject({
      action: 'drop',
      reason: 'account',
    });
  });

  it('leave the prototype of every object as it was', () => {
    decisionOn(sample('malformed/spot.proto-pollution.json'), FACTS);

    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });
});
