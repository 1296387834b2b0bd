/** A value without parts, as it stands in an event. */
export type Leaf = string | number | boolean | null;

/** Whether one value of an event is what one entry of a pattern's list asks for. */
export type LeafTest = (leaf: Leaf) => boolean;

/** What is wrong with a pattern, in the words that follow "Event pattern is not valid. Reason: ". */
export class PatternFault extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'PatternFault';
  }
}

/** A test of texts alone: no other value passes it. */
export function ofText(test: (text: string) => boolean): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(leaf);
}
