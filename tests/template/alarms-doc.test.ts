import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { alarmsDocument } from '../../scripts/make-alarms-doc.ts';
import { alarmIds } from '../support/alarm-stack.ts';
import { clusterTemplate, compiledTemplate } from '../support/packaged.ts';
import { ROOT } from '../support/source-graph.ts';

describe('docs/alarms.md', () => {
  const made = alarmsDocument(compiledTemplate(), clusterTemplate());

  it("is what the templates say; otherwise run `npx --no-install -c 'node scripts/make-alarms-doc.ts'`", () => {
    const found = readFileSync(join(ROOT, 'docs/alarms.md'), 'utf8');

    expect(found === made ? 'current' : 'stale').toBe('current');
  });

  it('has a row for every alarm, with what it means, when it fires, and where to go', () => {
    const rows = new Map(made.split('\n').map((line) => [/^\| `(\w+)`/.exec(line)?.[1] ?? '', line.split(' | ')]));

    for (const id of [...alarmIds(), 'ClusterNotConsumingAlarm']) {
      const [, meaning = '', fires = '', , runbook = ''] = rows.get(id) ?? [];
      expect([id, meaning.length > 20, fires.length > 10]).toEqual([id, true, true]);
      expect(runbook).toMatch(/^\[[a-z-]+\]\(runbooks\/[a-z-]+\.md\)/);
    }
  });

  it('tells thresholds that are parameters, and by what an alarm is divided', () => {
    expect(made).toContain('MAX(ProvisioningP90) by Cluster > 90 (`ProvisioningP90Seconds`), 3 of 5 x 60 s');
    expect(made).toContain('MAX(LimitUsed) by Cluster, NodePool ≥ 90, 2 of 3 x 300 s');
    expect(made).toContain('| `NoReportAlarm` and `DeployedForADayAlarm` |');
  });
});
