import { afterEach, describe, expect, it } from '@jest/globals';
import { type AlarmWorld, alarmIds, alarmStack, alarmTemplate } from '../support/alarm-stack.ts';
import { stackCloud } from '../support/stack-cloud.ts';
import { PAGES, pageRow, ROWS } from './alarm-rows.ts';

/** Alarms that tell somebody; the others are halves of composite ones. */
const loud = alarmIds().filter((id) => alarmTemplate().Resources[id]?.Properties?.['AlarmActions'] !== undefined);
const partsOf = (id: string) => alarmIds().filter((other) => other !== id && alarmTemplate([id]).Resources[other]);
const rows = loud.map((id) => [id, id in PAGES ? pageRow(id, partsOf(id)) : ROWS[id]] as const);
const topicOf = (id: string) => (id in PAGES ? 'PagingTopic' : 'AlarmTopic');
const OTHER_DAYS = 20;

/** So many minutes, in each of which something is done first. */
async function pass(world: AlarmWorld, minutes: number, act: ((minute: number) => unknown) | undefined): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await act?.(minute);
    await world.simulation.runFor(60);
  }
}

describe('an alarm of the deployment', () => {
  let world: AlarmWorld | undefined;
  afterEach(() => {
    world?.simulation.close();
    world = undefined;
  });

  it('has a row here that causes it, and one in which nothing is wrong', () => {
    expect(loud.toSorted()).toEqual([...Object.keys(ROWS), ...Object.keys(PAGES)].toSorted());
  });

  it('says nothing but that all is well while all is well', async () => {
    const here = await alarmStack();
    world = here;
    await pass(here, 90, async (minute) => {
      for (const row of Object.values(ROWS)) await row.calm?.(here, minute);
    });

    // No canaries have arrived yet when the alarms are made.
    const early = ['CanaryLostAlarm', 'NoticesPageAlarm'];
    const said = here.notices().map(({ alarm, state, series }) => `${state} ${alarm}${series ? ' of a series' : ''}`);
    const expected = [...loud.map((id) => `OK ${id}`), ...early.map((id) => `ALARM ${id}`)];
    expect(said.toSorted()).toEqual(expected.toSorted());
  });

  it.each(rows)('%s tells of its trouble, and when it is over', async (id, row) => {
    if (!row) throw new Error(`${id} has no row`);
    const here = await alarmStack([id]);
    world = here;
    const mine = () => here.notices().filter(({ alarm, topic }) => alarm === id && topic === topicOf(id));
    const calm = (minute: number) => row.calm?.(here, minute);
    await pass(here, OTHER_DAYS, calm);
    const before = mine().length;
    expect(mine().at(-1)?.state).toBe('OK');

    await pass(here, row.minutes, (minute) => row.cause(here, minute));
    await here.simulation.runFor(65);
    const during = mine().slice(before);
    await row.mend?.(here);
    await pass(here, row.over ?? 30, calm);
    const after = mine().slice(before + during.length);

    const series = row.series ? [{ series: row.series }] : [];
    const told = (state: string) => [{}, ...series].map((one) => ({ alarm: id, state, topic: topicOf(id), ...one }));
    expect(during).toEqual(told('ALARM'));
    expect(after).toEqual(told('OK'));
  });

  it('pages nobody while somebody works on it, and does when it is still there after that', async () => {
    const here = await alarmStack(['BackendPageAlarm']);
    world = here;
    const page = () => here.notices().filter(({ topic }) => topic === 'PagingTopic');
    await pass(here, 10, (minute) => ROWS['CollectorDownAlarm']?.calm?.(here, minute));
    await ROWS['MaintenanceAlarm']?.cause(here, 0);
    await pass(here, 25, undefined);
    const meanwhile = page();
    await pass(here, 15, undefined);

    expect(meanwhile.map(({ state }) => state)).toEqual(['OK']);
    expect(here.notices()).toContainEqual({ alarm: 'CollectorDownAlarm', state: 'ALARM', topic: 'AlarmTopic' });
    expect(page().map(({ state }) => state)).toEqual(['OK', 'ALARM']);
  });

  it('that waits for a sign of life tells when there is none any more', async () => {
    const here = await alarmStack(['CanaryLostAlarm']);
    world = here;
    await pass(here, 20, (minute) => ROWS['CanaryLostAlarm']?.calm?.(here, minute));
    await here.simulation.runFor(25 * 60);

    expect(here.notices().at(-1)).toMatchObject({ alarm: 'CanaryLostAlarm', state: 'ALARM' });
  });
});

describe("the alarm of a cluster's stack", () => {
  it('tells when nobody reads the queue, and when somebody does', async () => {
    const world = await stackCloud();
    try {
      await world.call('CloudFormation', 'CreateStack', world.stackInput('banking'));
      expect(await world.settled()).toBe('CREATE_COMPLETE');
      const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/joinery-cluster-banking';
      const state = async () => {
        type Described = { MetricAlarms: { StateValue: string; AlarmDescription: string; AlarmName: string }[] };
        const { MetricAlarms } = await world.call<Described>('CloudWatch', 'DescribeAlarms', {});
        return MetricAlarms[0];
      };

      for (let minute = 0; minute < 4; minute += 1) {
        await world.call('SQS', 'SendMessage', { QueueUrl, MessageBody: '{}' });
        await world.simulation.runFor(60);
      }
      const during = await state();
      await world.call('SQS', 'PurgeQueue', { QueueUrl });
      await world.simulation.runFor(130);

      expect(during).toMatchObject({
        StateValue: 'ALARM',
        AlarmName: expect.stringMatching(/^joinery-cluster-banking-ClusterNotConsumingAlarm-/),
        AlarmDescription: expect.stringContaining('the cluster banking has not'),
      });
      expect(await state()).toMatchObject({ StateValue: 'OK' });
    } finally {
      world.simulation.close();
    }
  });
});
