import { recordInstances } from '../../../shared/ledger/instance-records.ts';
import { executionsOf } from '../../../simulator/aws/services/sfn/executions.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import { ledgerReader } from '../../../simulator/ledger-reader.ts';
import { costFiles, reportCostSince } from '../../../simulator/scenarios/cost.ts';
import { evidenceOf } from '../../support/past-instance.ts';
import { aStage } from '../../support/simulated-run.ts';

const CLUSTER = 'reported-on';

/** A report on a cluster that ran on spot, whole and without a note, then the same again by the schedule itself. */
export async function costReportFault(account: Account): Promise<string | undefined> {
  const { simulation, cloud, deployer, stack } = account;
  const { table } = ledgerReader(account);
  const beganMs = simulation.now();
  const iso = (ms: number) => new Date(ms).toISOString();
  const life = { cluster: CLUSTER, from: iso(beganMs - 3_600_000), to: iso(beganMs) };
  await recordInstances(
    { table, clock: simulation },
    new Map([['i-0c0c0c0c0c0c0c0c0', evidenceOf(life, { capacityType: 'spot' })]]),
  );
  // The plan takes clusters from the registry, from those remembered, and from the last reconciliation.
  await table.put({ pk: 'FLEET', sk: 'RECONCILED' }, { at: iso(beganMs), clusters: [CLUSTER] });
  const { cost, failure } = await reportCostSince(aStage(account), beganMs - 7_200_000);
  if (!cost) return failure;
  if (!cost.complete || Number(cost.total) <= 0) return `the report is of ${cost.total} dollars, or incomplete`;
  const notice = costFiles(account, cost.folder).get('notice.txt') ?? '';
  const note = notice.split('\n').find((line) => line.startsWith('Note: ') && !line.includes('EKS has no cluster'));
  if (note) return note;

  const Name = stack.resources['DailyCostReportSchedule']?.physicalId;
  const schedule = (ScheduleExpression: string) =>
    cloud.call('EventBridge', 'PutRule', { Name, ScheduleExpression }, deployer);
  await schedule('rate(1 minute)');
  await simulation.sleep(100);
  await schedule('cron(15 2 * * ? *)');
  const daily = Object.values(executionsOf(simulation)).filter(({ input }) => input.includes('daily'));
  if (!daily.some(({ status }) => status === 'SUCCEEDED')) return 'the schedule started no report';
  const isWhole = daily.every(({ output }) => output === undefined || output.includes('"complete":true'));
  return isWhole ? undefined : 'the report of the schedule is incomplete';
}
