import type { Account } from '../boot/account.ts';
import { cloudWatchOf } from './cloud-watch.ts';
import { type DashboardPage, serveDashboard } from './server.ts';

const STEP_MS = 100;

/** The dashboard that the account's stack was deployed with. */
export function dashboardNameOf({ stack }: Account): string {
  const found = Object.values(stack.resources).find(({ type }) => type === 'AWS::CloudWatch::Dashboard');
  if (!found) throw new Error('the stack has no dashboard');
  return found.physicalId;
}

/** Serves an account's own dashboard in real time, while the account is run. Close it when done. */
export async function serveAccount(account: Account): Promise<DashboardPage> {
  account.simulation.clock.pace = { virtualSecondsPerSecond: 1 };
  const page = await serveDashboard(dashboardNameOf(account), cloudWatchOf(account));
  // A paced world waits for its next timer before it answers anything: there is always one soon.
  const steps = setInterval(() => undefined, STEP_MS);
  return {
    url: page.url,
    close: () => {
      clearInterval(steps);
      return page.close();
    },
  };
}
