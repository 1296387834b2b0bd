import type { Verdict } from '../conditions.ts';
import type { NodeClass } from '../objects.ts';

/** What one check of a node class found: members of its status, and what its condition becomes. */
export type Finding = { readonly status?: Partial<NonNullable<NodeClass['status']>>; readonly verdict: Verdict };
