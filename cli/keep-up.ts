import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Account } from '../simulator/boot/account.ts';
import { serveAccount } from '../simulator/dashboard-page/serve-account.ts';
import type { CommandIo } from './commands/command.ts';

/** Keeps a simulated account up in real time until the person ends it, with its dashboard and a kubeconfig for their own kubectl. */
export async function keepUp(account: Account, clusterName: string, folder: string, io: CommandIo): Promise<void> {
  const { url, caData } = account.kubernetes.endpointOf(clusterName);
  const file = resolve(folder, 'kubeconfig.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(kubeconfig(clusterName, url, caData, account.visitorToken)), { mode: 0o600 });
  const page = await serveAccount(account);
  io.stderr.write(
    `\nThe dashboard: ${page.url}\nThe cluster stays up, in real time. Another terminal can look at it:\n  export KUBECONFIG=${file}\n  kubectl get nodes,nodepools,nodeclaims\nCtrl-C ends it.\n`,
  );
  const ended = new Promise<void>((end) => {
    process.once('SIGINT', () => end());
    process.once('SIGTERM', () => end());
  });
  await account.simulation.runUntil(ended).finally(() => page.close());
}

function kubeconfig(name: string, server: string, caData: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': caData } }],
    users: [{ name: 'visitor', user: { token } }],
    contexts: [{ name, context: { cluster: name, user: 'visitor' } }],
  };
}
