import { describe, expect, it } from '@jest/globals';
import { parseMessage } from '../../../../simulator/karpenter/interruption/parse-message.ts';
import { ACCOUNT, aHealthEvent, decisionOn, MANAGEMENT_ACCOUNT, someFacts } from '../../../support/events.ts';

const ONE = 'i-0f3a9c1d2b4e5f607';
const TWO = 'i-0b17c2d3e4f5a6b78';

/** What a Health event can be, each yes or no. */
const QUESTIONS = [
  'arn',
  'noResources',
  'secondPage',
  'severalOwners',
  'organizationView',
  'managementUnregistered',
  'elsewhere',
  'backup',
  'closed',
  'issue',
] as const;
type Variant = Readonly<Record<(typeof QUESTIONS)[number], boolean>>;

const VARIANTS = Array.from({ length: 2 ** QUESTIONS.length }, (_, bits) => {
  const answers = QUESTIONS.map((question, index) => [question, (bits & (2 ** index)) !== 0]);
  return Object.fromEntries(answers) as Variant;
});

function bodyOf(variant: Variant): string {
  const written = (id: string) => (variant.arn ? `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/${id}` : id);
  return aHealthEvent(
    (variant.severalOwners ? [ONE, TWO] : [ONE]).map(written),
    {
      page: variant.secondPage ? '2' : '1',
      totalPages: variant.secondPage ? '2' : '1',
      backupEvent: String(variant.backup),
      statusCode: variant.closed ? 'closed' : 'open',
      eventTypeCategory: variant.issue ? 'issue' : 'scheduledChange',
      eventRegion: variant.elsewhere ? 'us-east-1' : 'eu-west-1',
    },
    {
      account: variant.organizationView ? MANAGEMENT_ACCOUNT : ACCOUNT,
      resources: variant.noResources ? undefined : [ONE],
    },
  );
}

/** The routing table, from the first rule that applies. */
function expectedOf(variant: Variant): { outcome: string; clusters: readonly string[] } {
  const dropped = (reason: string) => ({ outcome: `drop ${reason}`, clusters: [] });
  if (variant.issue) return dropped('category');
  if (variant.closed) return dropped('closed');
  if (variant.backup) return dropped('backup');
  if (variant.elsewhere) return dropped('region');
  if (variant.organizationView && variant.managementUnregistered) return dropped('account');
  return { outcome: 'forward owner-known', clusters: variant.severalOwners ? ['a', 'b'] : ['a'] };
}

describe('R14: the variants of a Health event', () => {
  it('are each routed as the table says, in a form that Karpenter understands', () => {
    const forwarded = VARIANTS.filter((variant) => {
      const accounts = variant.managementUnregistered ? [ACCOUNT] : [ACCOUNT, MANAGEMENT_ACCOUNT];
      const facts = someFacts({ [ONE]: 'a', [TWO]: 'b' }, { accountIds: new Set(accounts) });

      const { action, reason, deliveries, repairs } = decisionOn(bodyOf(variant), facts);

      const found = { outcome: `${action} ${reason}`, clusters: deliveries.map(({ cluster }) => cluster) };
      expect({ variant, ...found }).toEqual({ variant, ...expectedOf(variant) });
      for (const { body } of deliveries) {
        expect(parseMessage(body).instanceIds).toEqual(variant.severalOwners ? [ONE, TWO] : [ONE]);
        expect(body).toBe(bodyOf({ ...variant, arn: false }));
        expect(repairs).toEqual(variant.arn ? ['entity-arn-to-id'] : []);
      }
      return deliveries.length > 0;
    });

    // Of the questions, four never keep an event back; organization view and registration do so together.
    expect(VARIANTS).toHaveLength(1024);
    expect(forwarded).toHaveLength(2 ** 4 * 3);
  });

  it('go to the owners of the affected account, not to those of the account that received them', () => {
    const { queues } = someFacts();
    const [queue] = queues;
    const managements = queue && { ...queue, cluster: 'm', accountId: MANAGEMENT_ACCOUNT, queueUrl: 'https://m' };
    const facts = someFacts(
      {},
      { accountIds: new Set([ACCOUNT, MANAGEMENT_ACCOUNT]), queues: managements ? [...queues, managements] : queues },
    );

    const { action, deliveries } = decisionOn(aHealthEvent([ONE], {}, { account: MANAGEMENT_ACCOUNT }), facts);

    expect(action).toBe('broadcast');
    expect(new Set(deliveries.map(({ cluster }) => cluster))).toEqual(new Set(['a', 'b', 'c']));
  });
});
