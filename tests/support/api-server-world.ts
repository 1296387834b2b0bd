import { type ApiServer, startApiServer } from '../../simulator/kubernetes/api/http/server.ts';
import type { KubeUser } from '../../simulator/kubernetes/types.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aKubernetes } from './test-kubernetes.ts';

const USERS: Readonly<Record<string, KubeUser>> = { admin: SYSTEM_ADMIN, nobody: { username: 'nobody', groups: [] } };

/** A simulated cluster behind HTTPS, with the tokens `admin` and `nobody`. */
export async function anApiServer(): Promise<
  ReturnType<typeof aKubernetes> & { server: ApiServer; stop: () => Promise<void> }
> {
  const kubernetes = aKubernetes();
  const server = await startApiServer({ cluster: kubernetes.cluster, authenticate: (token) => USERS[token] });
  return {
    ...kubernetes,
    server,
    stop: async () => {
      await server.close();
      kubernetes.close();
    },
  };
}
