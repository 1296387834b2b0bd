import { describe, expect, it } from '@jest/globals';
import { parseForPeople } from '../../../../functions/notices/for-people.ts';
import { ACCOUNT, aSpotWarning, REGION } from '../../../support/fakes/router-world.ts';

const place = { region: REGION, accountIds: new Set([ACCOUNT]) };
const changed = (change: object) => JSON.stringify({ ...(JSON.parse(aSpotWarning()) as object), ...change });

describe('what people hear of', () => {
  it('is a notice about an instance of this Region in an account that is routed for', () => {
    expect(parseForPeople(aSpotWarning(), place)?.kind).toBe('spot-interruption');
  });

  it.each([
    ['another Region', changed({ region: 'eu-central-1' })],
    ['an unknown account', changed({ account: '999999999999' })],
    ['something broken', '{'],
    ['something else', changed({ 'detail-type': 'EBS Volume Notification' })],
  ])('is not %s', (_, body) => {
    expect(parseForPeople(body, place)).toBeUndefined();
  });
});
