import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

type Write = (path: string, contents: unknown, cycles?: boolean) => void;
type Utils = { writeFileSync: Write };

const require = createRequire(import.meta.url);
const theirs: Write = require('serverless/lib/utils/fs/write-file-sync.js');
const QuickState: new (serverless: { utils: Utils }) => object = require('../../../serverless-plugins/quick-state.cjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(write: Write, name: string, contents: unknown, cycles?: boolean): string {
  const path = join(folder, name);
  write(path, contents, cycles);
  return readFileSync(path, 'utf8');
}

function withPlugin(): Write {
  const utils = { writeFileSync: theirs };
  new QuickState({ utils });
  return utils.writeFileSync;
}

describe('the state of a package', () => {
  it('is written as the framework writes it: what occurs again, in a cycle or beside, is a reference', () => {
    const shared = { 'a "name"': [1, { deep: true }], none: undefined };
    const service: Record<string, unknown> = {
      first: shared,
      list: [shared, shared['a "name"'], null],
      at: new Date(0),
    };
    service['itself'] = service;
    service['lambda'] = () => 1;

    const file = written(withPlugin(), 'mine.json', { service }, true);

    expect(file).toBe(written(theirs, 'theirs.json', { service }, true));
    expect(JSON.parse(file).service).toMatchObject({
      itself: { $ref: '$["service"]' },
      list: [{ $ref: '$["service"]["first"]' }, { $ref: '$["service"]["first"]["a \\"name\\""]' }, null],
    });
  });

  it('leaves every other file to the framework', () => {
    const twice = { a: 1 };

    expect(written(withPlugin(), 'plain.json', { twice, again: twice })).toContain('"again": {');
    expect(written(withPlugin(), 'text.txt', 'as it is', true)).toBe('as it is');
    expect(written(withPlugin(), 'values.yml', { a: 1 }, true)).toBe('a: 1\n');
  });
});
