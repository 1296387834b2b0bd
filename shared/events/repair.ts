import type { Repair } from './event.ts';
import { applyEdits, cutFoldingKeys, type Edit } from './folding-keys.ts';
import { elementsAt, type Member, membersAt } from './json-spans.ts';
import { idInArn } from './kinds/health.ts';
import type { Kind } from './kinds/kind.ts';
import { envelopeOf, type JsonObject, type Shape } from './shape.ts';

const ENVELOPES = new Map<Kind, Shape>();

function envelopeFor(kind: Kind): Shape {
  const known = ENVELOPES.get(kind);
  if (known) return known;
  const shape = envelopeOf(kind.shape);
  ENVELOPES.set(kind, shape);
  return shape;
}

export type Repaired = { readonly body: string; readonly repairs: readonly Repair[] };

function arnEdits(text: string, detail: Member): Edit[] {
  const entities = membersAt(text, detail.from).findLast(({ key }) => key === 'affectedEntities');
  if (!entities) return [];
  return elementsAt(text, entities.from).flatMap((element) => {
    const value = membersAt(text, element.from).findLast(({ key }) => key === 'entityValue');
    const parsed: unknown = value && JSON.parse(text.slice(value.from, value.to));
    const id = typeof parsed === 'string' ? idInArn(parsed) : undefined;
    return value && id !== undefined ? [{ from: value.from, to: value.to, text: JSON.stringify(id) }] : [];
  });
}

/**
 * The body that Karpenter parses as it is meant. Repairs are cuts and insertions in the text itself, never a new serialisation:
 * whatever they do not touch (order, space, numbers, escapes) stays as it was received, and a body that needs none is returned
 * as it is. `members` are the event's, by their places in the text.
 */
export function repair(body: string, members: readonly Member[], event: JsonObject, kind: Kind): Repaired {
  const edits: Edit[] = [];
  const repairs: Repair[] = [];
  const made = (name: Repair, more: readonly Edit[]) => {
    if (more.length === 0) return;
    repairs.push(name);
    edits.push(...more);
  };
  // The last of a key that is there twice: the cuts leave that one.
  const last = (key: string) => members.findLast((member) => member.key === key);

  if (typeof event['resources'] === 'string') {
    const { from, to } = last('resources') as Member;
    made('resources-to-array', [
      { from, to: from, text: '[' },
      { from: to, to, text: ']' },
    ]);
  }
  const detail = last('detail');
  if (kind.kind === 'health' && detail) made('entity-arn-to-id', arnEdits(body, detail));
  if (event['detail-type'] !== kind.detailTypes[0]) {
    const { from, to } = last('detail-type') as Member;
    made('detail-type-spelling', [{ from, to, text: JSON.stringify(kind.detailTypes[0]) }]);
  }
  const cuts: Edit[] = [];
  cutFoldingKeys(body, members, envelopeFor(kind), cuts);
  made('folding-keys-removed', cuts);
  return edits.length === 0 ? { body, repairs } : { body: applyEdits(body, edits), repairs };
}
