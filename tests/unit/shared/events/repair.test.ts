import { describe, expect, it } from '@jest/globals';
import { aHealthEvent, aSpotWarning, parsed } from '../../../support/events.ts';

const ONE = 'i-0f3a9c1d2b4e5f607';

/** A spot warning with `before` put in front of its first key and `after` behind its last. */
function around(before: string, after: string): string {
  return `{${before}${aSpotWarning().slice(1, -1)}${after}}`;
}

describe('a repair', () => {
  it('changes its own stretch of the text and nothing else', () => {
    const body = `\n{ "big": 12345678901234567890.0 , "resources" :\t"x\\u002fy", "n": 1e400, ${aSpotWarning({ resources: undefined }).slice(1)}\n`;

    const event = parsed(body);

    expect(event.repairs).toEqual(['resources-to-array']);
    expect(event.body).toBe(body.replace('"x\\u002fy"', '["x\\u002fy"]'));
  });

  it.each([
    `arn:aws:ec2:eu-west-1:111122223333:instance/${ONE}`,
    `arn:aws:ec2:eu-west-1b:instance/${ONE}`,
    `arn:aws-cn:ec2:cn-north-1:111122223333:instance/${ONE}`,
  ])('turns %s into the id, for that entity alone', (arn) => {
    const body = aHealthEvent(['i-0b17c2d3e4f5a6b78', arn, 'vol-0f3a9c1d2b4e5f607']);

    const event = parsed(body);

    expect(event).toMatchObject({ repairs: ['entity-arn-to-id'], instanceIds: ['i-0b17c2d3e4f5a6b78', ONE] });
    expect(event.body).toBe(body.replace(arn, ONE));
  });

  it('spells the detail-type of a capacity reservation as Karpenter does', () => {
    const body = aSpotWarning({
      'detail-type': 'EC2 Interruptible Capacity Reservation Instance Interruption Warning',
    });

    const event = parsed(body);

    expect(event).toMatchObject({ kind: 'capacity-reservation-interruption', repairs: ['detail-type-spelling'] });
    expect(event.body).toBe(body.replace('EC2 Interruptible Capacity', 'EC2 Capacity'));
  });

  it('is made in what counts, where a field is there twice', () => {
    const arn = `arn:aws:ec2:eu-west-1b:instance/${ONE}`;
    const body = aHealthEvent([arn])
      .replace('"affectedEntities"', '"affectedEntities":[{"entityValue":"x"}],"affectedEntities"')
      .replace(`"entityValue":"${arn}"`, `"entityValue":null,"entityValue":"${arn}"`);

    const event = parsed(body);

    expect(event.repairs).toEqual(['entity-arn-to-id', 'folding-keys-removed']);
    expect(event.body).toBe(aHealthEvent([ONE]));
  });

  it('can be all of them at once', () => {
    const body = aHealthEvent(
      [`arn:aws:ec2:eu-west-1b:instance/${ONE}`],
      { SERVICE: 'S3' },
      { resources: 'x', Id: 42 },
    );

    const { repairs, body: repaired } = parsed(body);

    expect(repairs).toEqual(['resources-to-array', 'entity-arn-to-id', 'folding-keys-removed']);
    expect(repaired).toBe(aHealthEvent([ONE], {}, { resources: ['x'] }));
  });
});

describe('a key that Go would take for a known one', () => {
  it.each([
    ['in front', '"Source":"x", ', ''],
    ['behind', '', ', "ID" : 42'],
    ['on both ends, several', '"VERSION":0,"Time":null , ', ' ,"Detail":{"instance-id":"i-00000000"},"Region":[]'],
    ['with a long s', '"\u017fource":"x",', ',"re\u017fources":"x"'],
    ['with escapes', '"\\u0053ource":"x",', ''],
    ['in any letters', '', ',"dEtAiL-tYpE":"x"'],
    ['twice', '"source":"x","detail":{"instance-action":"stop"},"time":"never",', ''],
  ])('is cut out %s', (_, before, after) => {
    const event = parsed(around(before, after));

    expect(event.repairs).toEqual(['folding-keys-removed']);
    expect(event.body).toBe(aSpotWarning());
    expect(event.instanceIds).toEqual([ONE]);
  });

  it.each(['"sources":1', '"joinery":{"ID":1}', '"ids":1', '"__proto__":{"id":7}', '"constructor":1', '"":0'])(
    'is not to be confused with %s',
    (member) => {
      const body = around(`${member},`, '');

      expect(parsed(body)).toMatchObject({ body, repairs: [] });
    },
  );

  it('is cut out of the detail and of what is listed in it', () => {
    const spot = aSpotWarning().replace('"instance-id"', '"Instance-Id":"i-00000000","instance-id"');
    const health = aHealthEvent([ONE]).replace('"entityValue"', '"EntityValue":5,"entityValue"');

    expect(parsed(spot).body).toBe(aSpotWarning());
    expect(parsed(health).body).toBe(aHealthEvent([ONE]));
  });
});
