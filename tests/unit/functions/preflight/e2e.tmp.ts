import { aClusterFile, anAccount, runToEnd } from '../../../support/simulated-run.ts';

const t0 = performance.now();
const account = await anAccount({
  seed: 1,
  hooks: {
    onStateEntered: (e) => {
      if (process.env.V)
        console.log(new Date().toISOString().slice(11, 19), Math.round(performance.now() - t0), '|', e.state);
    },
  },
});
console.log('booted', Math.round(performance.now() - t0));
const file = { ...aClusterFile(), ...(process.env.PLAN ? { planOnly: true } : {}) };
const ended = await runToEnd(account, 'bootstrap-cluster', file);
console.log(ended.status, ended.error, (ended.cause ?? ended.output)?.slice(0, 3000));
console.log(
  account.cloud.trace.entries
    .filter((e) => /preflight/i.test(e.caller))
    .map((e) => `${e.at} ${e.service}.${e.operation} ${e.outcome}`)
    .join('\n'),
);
let again;
if (process.env.TWICE) {
  const from = account.cloud.trace.entries.length;
  again = await runToEnd(account, 'bootstrap-cluster', file);
  console.log('again', again.status, (again.cause ?? again.output)?.slice(0, 1500));
  console.log(
    account.cloud.trace.entries
      .slice(from)
      .filter((e) => /preflight/i.test(e.caller))
      .map((e) => `${e.service}.${e.operation} ${e.outcome}`)
      .join('\n'),
  );
}

const show = async (record) => {
  const { report } = JSON.parse(record.output);
  const { Body } = await account.simulation.runUntil(account.cloud.call('S3', 'GetObject', { Bucket: report.bucket, Key: report.key.replace('report.json', 'plan.json') }, account.deployer));
  const plan = JSON.parse(await Body.transformToString());
  for (const r of plan.resources) console.log([r.step, r.resource, r.name, r.action, r.reason ?? '', JSON.stringify(r.before ?? ''), JSON.stringify(r.after ?? ''), r.expectedSeconds.join('-'), r.monthlyUsd].join(' | '));
  console.log(plan.faults, plan.warnings, JSON.stringify(plan).length);
};
await show(ended); if (process.env.TWICE) await show(again);
console.log('wall', Math.round(performance.now() - t0));
await account.close();
