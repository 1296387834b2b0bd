import type { DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult } from '@aws-sdk/client-ec2';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { describeOperation } from './operations.ts';

/** Zone ids of the simulated account, by the letter of the zone. AWS shuffles them for each account. */
const ZONE_IDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'eu-west-1': { a: 'euw1-az1', b: 'euw1-az2', c: 'euw1-az3' },
  'us-east-1': { a: 'use1-az1', b: 'use1-az2', c: 'use1-az4', d: 'use1-az6', e: 'use1-az3', f: 'use1-az5' },
};

type Zone = { readonly name: string; readonly id: string; readonly letter: string };

export function zonesOf(region: string): Zone[] {
  const ids = ZONE_IDS[region];
  if (!ids) throw new NotSimulatedError(`EC2 in ${region}`);
  return Object.entries(ids).map(([letter, id]) => ({ name: `${region}${letter}`, id, letter }));
}

export function zoneIdOf(zone: string): string {
  const found = zonesOf(zone.slice(0, -1)).find(({ name }) => name === zone);
  if (!found) throw new NotSimulatedError(`zone ${zone}`);
  return found.id;
}

export const describeAvailabilityZones = describeOperation<
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult
>('ec2:DescribeAvailabilityZones', (input, { region }) => {
  const zones = zonesOf(region);
  for (const name of input.ZoneNames ?? []) {
    if (!zones.some((zone) => zone.name === name)) throw unknownZone(name);
  }
  for (const id of input.ZoneIds ?? []) {
    if (!zones.some((zone) => zone.id === id)) throw unknownZone(id);
  }
  const asked = zones.filter(
    ({ name, id }) => (input.ZoneNames?.includes(name) ?? true) && (input.ZoneIds?.includes(id) ?? true),
  );
  const found = filtered(asked, input.Filters, {
    'group-name': () => `${region}-zg-1`,
    'opt-in-status': () => 'opt-in-not-required',
    'region-name': () => region,
    state: () => 'available',
    'zone-id': ({ id }) => id,
    'zone-name': ({ name }) => name,
    'zone-type': () => 'availability-zone',
  });
  return {
    AvailabilityZones: found.map(({ name, id }) => ({
      ZoneName: name,
      ZoneId: id,
      RegionName: region,
      GroupName: `${region}-zg-1`,
      NetworkBorderGroup: region,
      ZoneType: 'availability-zone',
      OptInStatus: 'opt-in-not-required',
      State: 'available',
      Messages: [],
    })),
  };
});

function unknownZone(zone: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
}
