#!/usr/bin/env node
// The `joinery` command for any Node: hands over to the project's own Node 24, then to cli/joinery.ts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundled = join(root, 'node_modules', '.bin', 'node');
const node = existsSync(bundled) ? bundled : process.execPath;
const { status } = spawnSync(node, [join(root, 'cli', 'joinery.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 2);
