import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ApiServer } from '../../simulator/kubernetes/api/http/server.ts';
import { kubectlLayer } from './kubectl-layer.ts';

export type CommandResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The real kubectl and helm against a simulated API server, in a folder of their own. */
export type KubeClients = {
  readonly folder: string;
  kubectl(...args: string[]): Promise<CommandResult>;
  helm(...args: string[]): Promise<CommandResult>;
  /** Writes a file into the folder and returns its path. */
  write(name: string, content: string): string;
  remove(): void;
};

/** A kubeconfig as an object, with a context for each token. */
export function kubeconfigFor(server: ApiServer, tokens: readonly string[]): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: server.url, 'certificate-authority-data': server.caData } }],
    users: tokens.map((token) => ({ name: token, user: { token } })),
    contexts: tokens.map((token) => ({ name: token, context: { cluster: 'test', user: token } })),
    'current-context': tokens[0],
  };
}

export function kubeClients(server: ApiServer, tokens: readonly string[]): KubeClients {
  const folder = mkdtempSync(join(tmpdir(), 'kube-clients-'));
  const layer = kubectlLayer();
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const env = {
    HOME: folder,
    PATH: process.env['PATH'],
    KUBECONFIG: write('kubeconfig.json', JSON.stringify(kubeconfigFor(server, tokens))),
    KUBECACHEDIR: join(folder, 'cache'),
    HELM_CACHE_HOME: join(folder, 'helm'),
    HELM_CONFIG_HOME: join(folder, 'helm'),
    HELM_DATA_HOME: join(folder, 'helm'),
  };
  const run = (program: string, args: readonly string[]) =>
    new Promise<CommandResult>((resolve) => {
      execFile(program, args, { env, cwd: folder }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
    });
  return {
    folder,
    write,
    kubectl: (...args) => run(layer.kubectl, args),
    helm: (...args) => run(layer.helm, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
