import type { Pod } from '../objects.ts';

type HostPort = { readonly ip: string; readonly protocol: string; readonly port: number };

const ANY_ADDRESS = '0.0.0.0';

function hostPorts(pod: Pod): HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap((container) =>
    (container.ports ?? []).flatMap((port) => {
      const number = port.hostPort || (pod.spec.hostNetwork ? port.containerPort : undefined);
      return number ? [{ ip: port.hostIP || ANY_ADDRESS, protocol: port.protocol ?? 'TCP', port: number }] : [];
    }),
  );
}

function collides(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false;
  return left.ip === right.ip || left.ip === ANY_ADDRESS || right.ip === ANY_ADDRESS;
}

/** Whether none of the pod's host ports is taken by the pods of the node. */
export function hasFreePorts(pod: Pod, others: readonly Pod[]): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return true;
  const taken = others.flatMap(hostPorts);
  return !wanted.some((port) => taken.some((other) => collides(port, other)));
}
