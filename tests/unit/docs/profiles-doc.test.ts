import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { profilesDocument } from '../../../scripts/make-profiles-doc.ts';

describe('docs/profiles.md', () => {
  it("is what the catalogue says; otherwise run `npx --no-install -c 'node scripts/make-profiles-doc.ts'`", () => {
    const found = readFileSync(new URL('../../../docs/profiles.md', import.meta.url), 'utf8');

    expect(found === profilesDocument() ? 'current' : 'stale').toBe('current');
  });
});
