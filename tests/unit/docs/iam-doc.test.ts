import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { iamDocument } from '../../../scripts/make-iam-doc.ts';

const root = new URL('../../../', import.meta.url);

/** Logical ids of every role, boundary and resource policy, read as text: nothing of the script is used. */
function writtenDown(): string[] {
  const folders = ['functions/', 'resources/'].map((folder) => fileURLToPath(new URL(folder, root)));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yml'))
      .map((name) => `${folder}${name}`),
  );
  return files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^ {2}(\w+):\n {4}Type: AWS::(?:IAM::(?:Role|ManagedPolicy)|\w+::\w+Policy)$/gm,
      ),
    ].map(([, id = '']) => id),
  );
}

describe('docs/iam.md', () => {
  it("is what the templates say; otherwise run `npx --no-install -c 'node scripts/make-iam-doc.ts'`", () => {
    const found = readFileSync(new URL('docs/iam.md', root), 'utf8');

    expect(found === iamDocument() ? 'current' : 'stale').toBe('current');
  });

  it('has a heading for every role and policy', () => {
    const headings = new Set([...iamDocument().matchAll(/^### (\w+)$/gm)].map(([, id]) => id));

    const ids = writtenDown();

    expect(ids.length).toBeGreaterThan(25);
    expect(ids.filter((id) => !headings.has(id))).toEqual([]);
  });

  it('gives each statement of the controller role its resources and conditions', () => {
    const row = iamDocument()
      .split('\n')
      .find((line) => line.startsWith('| AllowScopedDeletion |'));

    expect(row).toContain('`arn:aws:ec2:REGION:*:instance/*`');
    expect(row).toContain('`StringEquals aws:ResourceTag/kubernetes.io/cluster/CLUSTER: owned`');
  });
});
