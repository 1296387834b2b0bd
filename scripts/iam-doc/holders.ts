import { readdirSync, readFileSync } from 'node:fs';
import { isMap, isScalar, type Node, parseDocument } from 'yaml';
import { type Statement, statementsOf } from './statements.ts';
import { asSentence, TemplateReader } from './values.ts';

/** A role, a boundary or a resource's policy of the deployment stack or of a cluster's stack. */
export type Holder = {
  readonly id: string;
  readonly type: string;
  /** Where it is written. */
  readonly file: string;
  /** Its Description, else the comment above it; empty when it has neither. */
  readonly about: string;
  readonly path: string | undefined;
  readonly isBounded: boolean;
  readonly managedPolicies: readonly string[];
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
};

const POLICY_TYPES = [
  'AWS::IAM::ManagedPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
];

/** Every holder of one file, in its order. */
export function holdersIn(root: URL, file: string): Holder[] {
  const document = parseDocument(readFileSync(new URL(file, root), 'utf8'), { logLevel: 'silent' });
  const reader = new TemplateReader(document);
  const resources = reader.member(document.contents, 'Resources');
  if (!isMap(resources)) return [];
  return resources.items.flatMap(({ key, value }, index) => {
    const resource = reader.resolve(value);
    const type = reader.text(reader.member(resource, 'Type'));
    if (type !== 'AWS::IAM::Role' && !POLICY_TYPES.includes(type)) return [];
    // The comment above the first resource belongs to the map.
    const comment = [index === 0 ? resources.commentBefore : undefined, isScalar(key) ? key.commentBefore : undefined];
    return [readHolder(reader, { id: String(key), type, file, comment: asSentence(comment) }, resource)];
  });
}

type Head = { readonly id: string; readonly type: string; readonly file: string; readonly comment: string };

function readHolder(reader: TemplateReader, { comment, ...head }: Head, resource: Node | undefined): Holder {
  const properties = reader.member(resource, 'Properties');
  const description = reader.member(properties, 'Description');
  const path = reader.member(properties, 'Path');
  const policies = reader.member(properties, 'Policies');
  return {
    ...head,
    about: description ? asSentence([reader.text(description)]) : comment,
    path: path === undefined ? undefined : path.tag === '!Ref' ? '/joinery/' : reader.text(path),
    isBounded: reader.member(properties, 'PermissionsBoundary') !== undefined,
    managedPolicies: reader
      .texts(reader.member(properties, 'ManagedPolicyArns'))
      .filter((arn) => arn.startsWith('arn:'))
      .map((arn) => arn.slice(arn.lastIndexOf('/') + 1)),
    trust: statementsOf(reader, reader.member(properties, 'AssumeRolePolicyDocument')),
    statements: [
      ...statementsOf(reader, reader.member(properties, 'PolicyDocument')),
      ...reader.items(policies).flatMap((policy, index) => {
        const reason = isMap(policy) ? reader.comments(policy, reader.commentAbove(policies, index)) : '';
        return statementsOf(reader, reader.member(policy, 'PolicyDocument'), reason);
      }),
    ],
  };
}

/** What a function is for, by the logical id of its role. */
export function functionDescriptions(root: URL): ReadonlyMap<string, string> {
  const folders = readdirSync(new URL('functions/', root));
  return new Map(
    folders.flatMap((folder) => {
      const text = readFileSync(new URL(`functions/${folder}/function.yml`, root), 'utf8');
      const document = parseDocument(text, { logLevel: 'silent' });
      const reader = new TemplateReader(document);
      return reader
        .entries(document.contents)
        .map(([, value]): [string, string] => [
          reader.text(reader.member(value, 'role')),
          asSentence([reader.text(reader.member(value, 'description'))]),
        ]);
    }),
  );
}
