import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import { TemplateReader } from './values.ts';

/** One statement of a policy, in words. */
export type Statement = {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly conditions: readonly string[];
  /** The comment that stands with it in the template. */
  readonly reason: string;
};

/** The statements of a policy document; `reason` is for those that give none of their own. */
export function statementsOf(reader: TemplateReader, policy: Node | undefined, reason = ''): Statement[] {
  const written = asJsonText(reader, policy);
  if (written !== undefined) {
    const inner = parseDocument(written);
    return statementsOf(new TemplateReader(inner), inner.contents as Node, reason);
  }
  const list = reader.member(policy, 'Statement');
  return reader.items(list).flatMap((item, index) => {
    const statement = unwrapIf(reader, item);
    const above = reader.commentAbove(list, index);
    return statement ? [readStatement(reader, statement, { above, reason })] : [];
  });
}

/** Some policies are JSON inside !Sub, since a condition's key cannot be built otherwise. */
function asJsonText(reader: TemplateReader, policy: Node | undefined): string | undefined {
  if (policy?.tag !== '!Sub') return undefined;
  const [first] = isSeq(policy) ? reader.items(policy) : [policy];
  if (!isScalar(first)) throw new Error('a policy in !Sub is not text');
  return String(first.value);
}

/** !If of a condition, a statement and nothing. */
function unwrapIf(reader: TemplateReader, item: Node): YAMLMap | undefined {
  const resolved = item.tag === '!If' ? reader.items(item).find((branch) => isMap(branch)) : item;
  return isMap(resolved) ? resolved : undefined;
}

type Around = { readonly above: string | undefined; readonly reason: string };

function readStatement(reader: TemplateReader, map: YAMLMap, around: Around): Statement {
  const sid = reader.text(reader.member(map, 'Sid'));
  const statement: Statement = {
    sid,
    effect: reader.text(reader.member(map, 'Effect')),
    actions: reader.texts(reader.member(map, 'Action')),
    resources: reader.texts(reader.member(map, 'Resource')),
    principals: principalsOf(reader, reader.member(map, 'Principal')),
    conditions: conditionsOf(reader, reader.member(map, 'Condition')),
    reason: reader.comments(map, around.above) || around.reason,
  };
  if (statement.resources.includes('*') && statement.reason === '') {
    throw new Error(`statement ${sid} is for every resource and gives no reason: put one beside it as a comment`);
  }
  return statement;
}

function principalsOf(reader: TemplateReader, principal: Node | undefined): string[] {
  if (principal === undefined) return [];
  if (!isMap(principal)) return reader.texts(principal);
  return reader.entries(principal).flatMap(([, value]) => reader.texts(value));
}

function conditionsOf(reader: TemplateReader, condition: Node | undefined): string[] {
  return reader
    .entries(condition)
    .flatMap(([operator, keys]) =>
      reader
        .entries(keys)
        .map(
          ([key, values]) =>
            `${operator} ${key.replace('${ClusterName}', 'CLUSTER')}: ${reader.texts(values).join(', ')}`,
        ),
    );
}
