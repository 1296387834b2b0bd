import { afterEach, describe, expect, it } from '@jest/globals';
import { readLease } from '../../shared/ledger/lease.ts';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { effectiveAccess } from '../../simulator/aws/services/eks/access/grants.ts';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import { queueOfArn } from '../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { abandonedEvents } from '../../simulator/lambda/asynchronous.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { aClusterFile, anAccount } from '../support/simulated-run.ts';

let account: Account;
afterEach(() => account.close());

/** Starts a bootstrap and stops it after so many virtual seconds. */
async function stoppedAfter(seconds: number): Promise<void> {
  const { simulation, deployer, cloud } = account;
  await simulation.runUntil(
    (async () => {
      const executionArn = await account.startExecution('bootstrap-cluster', aClusterFile());
      await simulation.sleep(seconds);
      await cloud.call('SFN', 'StopExecution', { executionArn, error: 'Changed my mind' }, deployer);
      await simulation.sleep(30);
    })(),
  );
}

const leaseNow = () => account.simulation.runUntil(readLease(ledgerReader(account).table, 'banking-prod'));

describe('a run that is stopped', () => {
  it('gives its lease back through the rule on ended executions, under a new fence', async () => {
    account = await anAccount({ seed: 5 });

    await stoppedAfter(100);

    expect(await leaseNow()).toMatchObject({ holder: undefined, fence: 2 });
    expect(abandonedEvents(account.simulation)).toEqual([]);
  });

  it('takes cluster admin from the installer when it had it', async () => {
    account = await anAccount({ seed: 5 });

    await stoppedAfter(800);

    const cluster = findCluster(account.simulation, 'banking-prod');
    const installer = Object.keys(cluster?.accessEntries ?? {}).find((arn) => arn.includes('/installer/'));
    expect(installer).toBeDefined();
    expect(
      cluster && effectiveAccess(cluster, installer ?? '', account.simulation.now() + 60_000)?.isClusterAdmin,
    ).toBeFalsy();
    expect((await leaseNow()).holder).toBeUndefined();
  });
});

describe('a lease that cannot be given back', () => {
  it('is told of in a queue, with the event to give it back by', async () => {
    account = await anAccount({
      seed: 5,
      injectFault: ({ serviceId, caller }) => {
        if (serviceId === 'DynamoDB' && caller.sessionName.endsWith('release-lease'))
          throw new SimulatedAwsError('InternalServerError', 'the table is away', 500);
      },
    });

    await stoppedAfter(100);
    await account.simulation.runFor(300);

    const [given] = abandonedEvents(account.simulation);
    const queue = queueOfArn(account.simulation, given?.sentTo ?? '');
    expect(given?.sentTo).toContain('FailedReleases');
    expect(Object.values(queue?.messages ?? {}).map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { detail: { status: 'ABORTED' } },
        responsePayload: { errorMessage: expect.stringContaining('the table is away') },
      },
    ]);
  });
});

describe('a run whose lease someone else has taken', () => {
  it('is stopped by its fence before it changes anything more', async () => {
    account = await anAccount({ seed: 6 });
    const { simulation } = account;
    const { table } = ledgerReader(account);

    const ended = await simulation.runUntil(
      (async () => {
        const execution = await account.startExecution('bootstrap-cluster', aClusterFile());
        await simulation.sleep(120);
        const change = {
          update: 'SET holder = :other ADD fence :one',
          values: { ':other': 'somebody else', ':one': 1 },
        };
        await table.update({ pk: 'CLUSTER#banking-prod', sk: 'LEASE' }, change);
        return account.ended(execution);
      })(),
    );

    expect([ended.status, ended.error]).toEqual(['FAILED', 'LeaseLost']);
    expect(await leaseNow()).toMatchObject({ holder: 'somebody else' });
  });
});
