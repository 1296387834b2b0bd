import { type Document, isMap, isScalar, isSeq, type Node } from 'yaml';

/** Printed the same whatever is around it: one line without control characters. */
const ONE_LINE = /^[\x20-\x7e]*$/;
const LOOKS_LIKE_MARKER = /^(?:%|---|\.\.\.)/;
const LONGEST_KEY = 1000;

/** Whether a document is of maps, lists and values on one line: no anchors, tags, aliases, blocks of text or complex keys. */
export function isUsual({ directives, contents, commentBefore, comment }: Document): boolean {
  if (directives && (directives.yaml.explicit || directives.docEnd)) return false;
  if (!isUsualComment(commentBefore) || !isUsualComment(comment)) return false;
  return (
    isMap(contents) && !contents.flow && !contents.comment && contents.items.length > 0 && isUsualNode(contents, false)
  );
}

function isUsualNode(node: unknown, isInFlow: boolean): boolean {
  if (!(isScalar(node) || isMap(node) || isSeq(node))) return false;
  if (node.anchor !== undefined || node.tag !== undefined || !hasUsualComments(node, isInFlow)) return false;
  if (isScalar(node)) return isUsualScalar(node.value, node);
  const isFlow = isInFlow || node.flow === true;
  if (!isFlow && node.items.length === 0 && node.comment) return false;
  if (isSeq(node)) return node.items.every((item) => isUsualNode(item, isFlow));
  return node.items.every(({ key, value }) => isUsualKey(key, isFlow) && isUsualNode(value, isFlow));
}

function hasUsualComments({ comment, commentBefore, spaceBefore }: Node, isInFlow: boolean): boolean {
  if (isInFlow) return !comment && !commentBefore && !spaceBefore;
  return isUsualComment(comment) && isUsualComment(commentBefore);
}

function isUsualComment(comment: string | null | undefined): boolean {
  return !comment || !/[\r\u2028\u2029]/.test(comment);
}

function isUsualKey(key: unknown, isInFlow: boolean): boolean {
  if (!isScalar(key) || typeof key.value !== 'string' || key.value.length > LONGEST_KEY) return false;
  return !key.comment && isUsualNode(key, isInFlow);
}

function isUsualScalar(
  value: unknown,
  { type, format, minFractionDigits }: { type?: string; format?: string; minFractionDigits?: number },
): boolean {
  if (typeof value === 'string') {
    return (
      type !== 'BLOCK_FOLDED' && type !== 'BLOCK_LITERAL' && ONE_LINE.test(value) && !LOOKS_LIKE_MARKER.test(value)
    );
  }
  if (typeof value === 'number') {
    return format === undefined && minFractionDigits === undefined && Number.isFinite(value) && !Object.is(value, -0);
  }
  return typeof value === 'boolean' || value === null;
}
