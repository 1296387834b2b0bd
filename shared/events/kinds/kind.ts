import type { DropReason, QuarantineReason } from '../decision.ts';
import type { EventKind } from '../event.ts';
import type { JsonObject, Shape } from '../shape.ts';

/** Why an event of a known kind is not for any cluster. `detail` never repeats what the event says. */
export type Refusal =
  | { readonly action: 'drop'; readonly reason: DropReason; readonly detail: string }
  | { readonly action: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

/** What the detail of an event says. */
export type Reading = {
  readonly instanceIds: readonly string[];
  readonly subject?: string | undefined;
  /** Where they differ from the envelope's. */
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
};

/** One kind of event: how it is recognised, and how its detail is read. */
export type Kind = {
  readonly kind: EventKind;
  readonly version: '0';
  readonly source: string;
  /** The first is the one that Karpenter has a parser for; the others are rewritten to it. */
  readonly detailTypes: readonly [string, ...string[]];
  /** What Karpenter decodes of the detail. */
  readonly shape: Shape;
  /** Called before the types of the shape's fields are checked. */
  readonly read: (detail: JsonObject) => Reading | Refusal;
};

export function drop(reason: DropReason, detail: string): Refusal {
  return { action: 'drop', reason, detail };
}

export function quarantine(reason: QuarantineReason, detail: string): Refusal {
  return { action: 'quarantine', reason, detail };
}
