type Block = { readonly first: number; readonly size: number };

function parse(cidr: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = parts.map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, size: 2 ** (32 - bits) };
}

function address(value: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(value / unit) % 256).join('.');
}

/** Ranges that no caller has on the internet; EKS refuses them for a public endpoint. */
const NOT_PUBLIC = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'];

/** Why this is no address range that a public endpoint can be limited to, or undefined. */
export function publicCidrFault(cidr: string): string | undefined {
  const block = parse(cidr);
  if (!block) return 'must be an IPv4 range such as 203.0.113.0/24';
  const network = block.first - (block.first % block.size);
  if (network !== block.first) {
    return `has address bits beyond its prefix; the range is ${address(network)}/${cidr.split('/')[1]}`;
  }
  const reserved = NOT_PUBLIC.find((range) => {
    const outer = parse(range);
    return outer && block.first >= outer.first && block.first + block.size <= outer.first + outer.size;
  });
  return reserved && `lies in ${reserved}, which is not reachable from the internet: EKS refuses it here`;
}
