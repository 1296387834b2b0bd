import { SimulatedAwsError } from '../../errors.ts';
import type { Ec2World, Subnet } from './world.ts';

/** The first four addresses of a subnet and its last are not for use. */
const RESERVED_ADDRESSES = 5;
const FIRST_HOST = 4;

function sizeOf(cidr: string): number {
  return 2 ** (32 - Number(cidr.split('/')[1]));
}

function interfacesIn(world: Ec2World, subnet: Subnet) {
  return Object.values(world.networkInterfaces).filter(({ subnetId }) => subnetId === subnet.id);
}

export function freeAddresses(world: Ec2World, subnet: Subnet): number {
  const free = sizeOf(subnet.cidr) - RESERVED_ADDRESSES - subnet.addressesTaken - interfacesIn(world, subnet).length;
  return Math.max(0, free);
}

/** The next free address at or after a place in the subnet given as a number in [0, 1). */
export function takeAddress(world: Ec2World, subnet: Subnet, place: number): string {
  if (freeAddresses(world, subnet) === 0) {
    throw new SimulatedAwsError(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  }
  const taken = new Set(interfacesIn(world, subnet).map(({ privateIp }) => privateIp));
  const hosts = sizeOf(subnet.cidr) - RESERVED_ADDRESSES;
  const base = numberOf(subnet.cidr.split('/')[0] ?? '') + FIRST_HOST;
  for (let step = 0; step < hosts; step += 1) {
    const address = textOf(base + ((Math.floor(place * hosts) + step) % hosts));
    if (!taken.has(address)) return address;
  }
  throw new Error(`subnet ${subnet.id} counts free addresses that it has not`);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
