import { BlockList, isIP } from 'node:net';
import { type LeafTest, ofText, PatternFault } from './leaf-test.ts';

const LOOKS_LIKE_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|[0-9a-fA-F:]*:[0-9a-fA-F:]*)$/;

type Family = 'ipv4' | 'ipv6';

function familyOf(address: string): Family | undefined {
  if (!LOOKS_LIKE_ADDRESS.test(address)) return undefined;
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

function isListed(list: BlockList, family: Family): LeafTest {
  return ofText((text) => familyOf(text) === family && list.check(text, family));
}

/** Addresses of a range such as 10.0.0.0/24; the mask is shorter than the address. */
export function inRange(cidr: string): LeafTest {
  const [address = '', mask, ...more] = cidr.split('/');
  if (mask === undefined || more.length > 0) throw new PatternFault("Malformed CIDR, one '/' required");
  if (!/^-?\d+$/.test(mask)) throw new PatternFault('Malformed CIDR, mask bits must be an integer');
  if (Number(mask) < 0) throw new PatternFault('Malformed CIDR, mask bits must not be negative');
  const family = familyOf(address);
  if (!family) throw new PatternFault(`Nonstandard IP address: ${address}`);
  if (family === 'ipv4' && Number(mask) > 31) throw new PatternFault('IPv4 mask bits must be < 32');
  if (family === 'ipv6' && Number(mask) > 127) throw new PatternFault('IPv6 mask bits must be < 128');
  const list = new BlockList();
  list.addSubnet(address, Number(mask), family);
  return isListed(list, family);
}

/** An address matches however it is written; undefined when the text is none. */
export function sameAddress(text: string): LeafTest | undefined {
  const family = familyOf(text);
  if (!family) return undefined;
  const list = new BlockList();
  list.addAddress(text, family);
  return isListed(list, family);
}
