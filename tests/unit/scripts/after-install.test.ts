import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '../../support/source-graph.ts';

const LOCK = '{ "lockfileVersion": 3 }\n';

describe('after an installation', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-after-install-'));
    for (const part of ['scripts', 'node_modules']) mkdirSync(join(folder, part));
    copyFileSync(join(ROOT, 'scripts/after-install.mjs'), join(folder, 'scripts/after-install.mjs'));
    writeFileSync(join(folder, 'package-lock.json'), LOCK);
    warmUp("import { writeFileSync } from 'node:fs';\nwriteFileSync('warm', process.cwd());");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const warmUp = (text: string) => writeFileSync(join(folder, 'scripts/warm-up.ts'), text);
  const run = (environment: Readonly<Record<string, string>> = {}) => {
    const script = join(folder, 'scripts/after-install.mjs');
    return spawnSync(process.execPath, [script], { env: { PATH: process.env['PATH'], ...environment } }).status;
  };
  const stamp = () => join(folder, 'node_modules/.joinery-lock');

  it('it is known which lock file was installed, and the first start is prepared', () => {
    expect(run()).toBe(0);

    expect(readFileSync(stamp(), 'utf8')).toBe(createHash('sha256').update(LOCK).digest('hex'));
    expect(readFileSync(join(folder, 'warm'), 'utf8')).toBe(folder);
  });

  it('which cannot be prepared for, all is well', () => {
    warmUp("throw new Error('no room is left on the device');");

    expect(run()).toBe(0);
    expect(existsSync(stamp())).toBe(true);
  });

  it('without what the commands need, they install it', () => {
    expect(run({ npm_config_omit: 'dev' })).toBe(0);

    expect(existsSync(stamp())).toBe(false);
    expect(existsSync(join(folder, 'warm'))).toBe(false);
  });
});
