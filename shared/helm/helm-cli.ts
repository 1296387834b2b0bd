import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpsError } from '../errors/ops-error.ts';
import { kubeApi } from '../kube/api.ts';
import type { Endpoint } from '../kube/http.ts';
import { realOperation } from '../lambda/invocation.ts';
import { type Release, releaseHistory } from './releases.ts';

export type UpgradeOptions = {
  readonly release: string;
  readonly namespace: string;
  /** Path of the packaged chart; nothing is pulled at run time. */
  readonly chart: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly skipCrds?: boolean;
  /** Takes over objects that another release, or none, owns. */
  readonly takeOwnership?: boolean;
  readonly description: string;
};

/** What Joinery does with helm. */
export type Helm = {
  /** The revisions of a release, oldest first, from helm's records: no process is started for them. Throws KubeError. */
  history(release: string, namespace: string): Promise<Release[]>;
  /** Throws HelmFailed with helm's own message, as does a rollback. */
  upgradeInstall(options: UpgradeOptions): Promise<void>;
  rollback(release: string, namespace: string, revision: number): Promise<void>;
};

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 240_000;

/** helm as a child process, with an argument array, values in a file and a kubeconfig that lives as long as the call. */
export function helmCli(options: { readonly helmPath: string; readonly endpoint: Endpoint }): Helm {
  const run = (args: readonly string[], values?: Readonly<Record<string, unknown>>) =>
    realOperation(() => withWorkFolder((folder) => runHelm(options, folder, args, values)));

  return {
    history: (release, namespace) => releaseHistory(kubeApi(options.endpoint), release, namespace),
    upgradeInstall: async (upgrade) => {
      await run(
        [
          'upgrade',
          upgrade.release,
          upgrade.chart,
          '--install',
          '--namespace',
          upgrade.namespace,
          '--wait=hookOnly',
          '--history-max',
          '10',
          '--description',
          upgrade.description,
          ...(upgrade.skipCrds ? ['--skip-crds'] : []),
          ...(upgrade.takeOwnership ? ['--take-ownership'] : []),
        ],
        upgrade.values,
      );
    },
    rollback: async (release, namespace, revision) => {
      await run(['rollback', release, String(revision), '--namespace', namespace, '--wait=hookOnly']);
    },
  };
}

async function withWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-helm-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runHelm(
  options: { readonly helmPath: string; readonly endpoint: Endpoint },
  folder: string,
  args: readonly string[],
  values?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const kubeconfig = join(folder, 'kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(options.endpoint)), { mode: 0o600 });
  const valuesArgs: string[] = [];
  if (values) {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values), { mode: 0o600 });
    valuesArgs.push('--values', file);
  }
  // Lambda's HOME is not writable; helm gets folders of its own.
  const env = {
    HOME: folder,
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
    PATH: '',
  };
  return new Promise((resolve, reject) => {
    execFile(
      options.helmPath,
      [...args, ...valuesArgs],
      { cwd: folder, env, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const said = stderr.trim() || error.message;
        reject(
          new OpsError('HelmFailed', `helm ${args.slice(0, 2).join(' ')}: ${said}`, {
            details: { exitCode: error.code ?? null, signal: error.signal ?? null },
            cause: error,
          }),
        );
      },
    );
  });
}

function kubeconfigOf(endpoint: Endpoint): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'joinery',
    clusters: [{ name: 'joinery', cluster: { server: endpoint.url, 'certificate-authority-data': endpoint.caData } }],
    users: [{ name: 'joinery', user: { token: endpoint.token } }],
    contexts: [{ name: 'joinery', context: { cluster: 'joinery', user: 'joinery' } }],
  };
}
