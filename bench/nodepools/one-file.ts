import { readFileSync } from 'node:fs';
import { lintObjects } from '../../cli/commands/nodepools/lint-input.ts';
import { compileText } from '../../shared/nodepools/compile/compile.ts';

// `node bench/nodepools/one-file.ts` with YAML as standard input: compiles it and, when it compiles, lints what came out; prints the
// seconds of processor time that took as JSON. A process of its own, so that it is the first call.
const text = readFileSync(0, 'utf8');
const startedAt = process.cpuUsage();
const { manifests, errors } = compileText(text, 'pools.yaml');
const linted = errors.length === 0 ? lintObjects('pools.yaml', manifests, []) : undefined;
const { user, system } = process.cpuUsage(startedAt);
const findings = linted?.ok ? linted.report.findings.length : 0;
process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, errors: errors.length, findings }));
