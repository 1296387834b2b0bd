/** EC2's on-demand quotas count vCPUs by group of families; this one holds all general ones. */
const STANDARD_FAMILY = /^(a|c|d|h|i|im|is|m|r|t|z)\d/;

/** They share quotas of their own, which a new account has none of. */
const GRAPHICS_FAMILY = /^(g|gr|vt)\d/;

const ARM_FAMILY = /^(a1|[a-z]+\d+g[a-z]*)\./;

export type Architecture = 'amd64' | 'arm64';

/** By the name of the type: Graviton families have a g after their generation. */
export function architectureOf(instanceType: string): Architecture {
  return ARM_FAMILY.test(instanceType) ? 'arm64' : 'amd64';
}

/** Of the quotas for G and VT instances. */
export function isGraphics(instanceType: string): boolean {
  return GRAPHICS_FAMILY.test(instanceType);
}

export function isStandard(instanceType: string): boolean {
  return STANDARD_FAMILY.test(instanceType);
}
