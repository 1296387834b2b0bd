import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';

/** How the parts of an ARN that a deployment decides are written in the document. */
const TOKENS: readonly (readonly [RegExp, string])[] = [
  [/\$\{self:service\}-\$\{sls:stage\}|\$\{AWS::StackName\}/g, 'STACK'],
  [/\$\{AWS::Partition\}/g, 'aws'],
  [/\$\{AWS::Region\}/g, 'REGION'],
  [/\$\{AWS::AccountId\}/g, 'ACCOUNT'],
  [/\$\{AWS::URLSuffix\}/g, 'amazonaws.com'],
  [/\$\{ClusterName\}/g, 'CLUSTER'],
  [/\$\{NodeRoleArn\}/g, 'NodeRole'],
  [/\$\{(\w+)(\.\w+)?\}/g, '$1'],
];

const REFERENCES: Readonly<Record<string, string>> = {
  'AWS::AccountId': 'ACCOUNT',
  'AWS::Region': 'REGION',
  ClusterName: 'CLUSTER',
  KarpenterNamespace: 'the namespace of Karpenter',
  KarpenterServiceAccount: 'the service account karpenter',
};

/** Text of a template with its tokens replaced by words. */
export function spoken(text: string): string {
  return TOKENS.reduce((said, [token, word]) => said.replace(token, word), text);
}

/** Reads nodes of one template; intrinsic functions become the words that the document uses for them. */
export class TemplateReader {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return (node ?? undefined) as Node | undefined;
  }

  member(map: unknown, key: string): Node | undefined {
    const resolved = this.resolve(map);
    return isMap(resolved) ? this.resolve(resolved.get(key, true)) : undefined;
  }

  items(node: unknown): Node[] {
    const resolved = this.resolve(node);
    // A list in one parameter: what is split says more than the character that splits it.
    if (isSeq(resolved) && resolved.tag === '!Split') return this.items(resolved.items[1]);
    if (isSeq(resolved)) return resolved.items.flatMap((item) => this.resolve(item) ?? []);
    return resolved === undefined ? [] : [resolved];
  }

  entries(node: unknown): [key: string, value: Node | undefined][] {
    const resolved = this.resolve(node);
    if (!isMap(resolved)) return [];
    return resolved.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), this.resolve(value)]);
  }

  /** One string or several. */
  texts(node: unknown): string[] {
    return this.items(node).map((item) => this.text(item));
  }

  text(node: unknown): string {
    const resolved = this.resolve(node);
    if (!isScalar(resolved)) throw new Error(`there is no text in ${String(resolved)}`);
    const value = String(resolved.value);
    if (resolved.tag === '!Ref') return REFERENCES[value] ?? value;
    if (resolved.tag === '!GetAtt') return value.split('.')[0] ?? value;
    return spoken(value);
  }

  /** What stands above the items of a list; YAML gives the comment above the first one to the list. */
  commentAbove(list: unknown, index: number): string | undefined {
    const resolved = this.resolve(list);
    return (index === 0 ? resolved?.commentBefore : undefined) ?? undefined;
  }

  /** The comments that stand with a map and its members, but not deeper: that is where a statement gives its reason. */
  comments(map: YAMLMap, above?: string): string {
    const own = [above, map.commentBefore, map.comment];
    const ofMembers = map.items.flatMap((pair) => {
      if (!isPair(pair)) return [];
      const [key, value] = [pair.key, pair.value] as [Node | null, Node | null];
      return [key?.commentBefore, value?.commentBefore, value?.comment];
    });
    return asSentence([...own, ...ofMembers]);
  }
}

/** Comment lines as one line of text. */
export function asSentence(comments: readonly (string | null | undefined)[]): string {
  const text = comments
    .flatMap((comment) => (comment ? comment.split('\n') : []))
    .map((line) => line.trim())
    .join(' ')
    .trim();
  return text === '' ? '' : text[0]?.toUpperCase() + text.slice(1).replace(/\.?$/, '.');
}
