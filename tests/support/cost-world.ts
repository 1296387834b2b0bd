import type { Evidence } from '../../shared/fleet/evidence.ts';
import { writeClusterHistory } from '../../shared/ledger/cluster-history.ts';
import { recordInstances } from '../../shared/ledger/instance-records.ts';
import { findBucket, keysOf, objectOf } from '../../simulator/aws/services/s3/buckets.ts';
import { executionsOf } from '../../simulator/aws/services/sfn/executions.ts';
import { publishedMessages } from '../../simulator/aws/services/sns/state.ts';
import type { Account, AccountOptions } from '../../simulator/boot/account.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { launchInstances } from '../../simulator/storm/fleet.ts';
import { ACCOUNT, evidenceOf } from './past-instance.ts';
import { anAccount } from './simulated-run.ts';

/** An account whose ledger has two clusters with a past, and spot nodes that run; nothing is bootstrapped. */
export async function aCostWorld(
  options: { startAt: string } & Partial<Pick<AccountOptions, 'injectFault' | 'hooks'>>,
) {
  const lines: Record<string, unknown>[] = [];
  const account = await anAccount({
    ...options,
    onLogLine: (_, line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const { simulation, stack } = account;
  const { table } = ledgerReader(account);
  await simulation.runUntil(seed(account));
  const bucket = stack.resources['DocumentsBucket']?.physicalId ?? '';
  const text = (key: string) => {
    const object = objectOf(findBucket(simulation, bucket), key);
    return object && Buffer.from(object.body, object.encoding).toString('utf8');
  };
  return {
    account,
    table,
    /** What functions logged past their logger: metrics. */
    lines,
    text,
    json: (key: string) => JSON.parse(text(key) ?? 'null') as never,
    keys: () => keysOf(findBucket(simulation, bucket)),
    notices: () => publishedMessages(simulation, stack.resources['NoticeTopic']?.physicalId ?? ''),
    executions: () => Object.values(executionsOf(simulation)),
  };
}

async function seed(account: Account): Promise<void> {
  const { simulation } = account;
  const { table } = ledgerReader(account);
  const news = new Map<string, Evidence>();
  for (const cluster of ['banking', 'retail']) {
    await writeClusterHistory(table, {
      cluster,
      ...ACCOUNT,
      createdAt: '2026-10-01T00:00:00.000Z',
      deletedAt: null,
      supportType: 'EXTENDED',
      versions: [
        { version: '1.33', from: '2026-10-01T00:00:00.000Z', endOfStandardSupport: '2026-07-29T00:00:00.000Z' },
      ],
    });
    const digit = cluster === 'banking' ? '1' : '2';
    const past = (from: string, to: string) => evidenceOf({ cluster, from, to });
    news.set(`i-0${digit.repeat(16)}`, past('2026-11-29T22:00:00.000Z', '2026-11-30T06:30:00.000Z'));
    news.set(`i-0a${digit.repeat(15)}`, past('2026-10-20T00:00:00.000Z', '2026-11-10T00:00:00.000Z'));
  }
  const from = '2026-11-30T12:00:00.000Z';
  const running = launchInstances(
    account,
    ['banking', 'banking', 'retail'].map((cluster) => ({ cluster, launchedMs: Date.parse(from) })),
  );
  for (const { id, cluster, zone } of running)
    if (cluster) news.set(id, evidenceOf({ cluster, from, to: null }, { capacityType: 'spot', zone }));
  await recordInstances({ table, clock: simulation }, news);
}
