import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { ec2World, type Instance, type InstanceState } from './world.ts';

export type InstanceChange = { readonly instanceId: string; readonly state: InstanceState; readonly atMs: number };

type Listener = (change: InstanceChange) => void;

/** Listeners are functions, so they belong to the running simulation and not to the world that a snapshot holds. */
const listeners = new WeakMap<Simulation, Listener[]>();

/** Calls the listener, at once and synchronously, after each change of an instance's state. It must only schedule work. */
export function onInstanceChange(simulation: Simulation, listener: Listener): void {
  listeners.set(simulation, [...(listeners.get(simulation) ?? []), listener]);
}

export type EndReason = { readonly code: string; readonly message: string; readonly transition?: string };

const RUNNING = 'ec2:instance-running';
const FAILED = 'ec2:instance-launch-failed';
const TERMINATED = 'ec2:instance-terminated';
const STOPPED = 'ec2:instance-stopped';
const FORGOTTEN = 'ec2:instance-forgotten';

/** A terminated instance can still be described for an hour. */
const REMEMBERED_SECONDS = 3600;

type Due = { instanceId: string };

export function registerInstanceLifecycle(simulation: Simulation): void {
  simulation.on<Due>(RUNNING, ({ instanceId }) => {
    const instance = ec2World(simulation).instances[instanceId];
    if (instance?.state !== 'pending') return;
    instance.runningSinceMs = simulation.now();
    enter(simulation, instance, 'running');
  });
  simulation.on<Due & { reason: EndReason }>(FAILED, ({ instanceId, reason }) => {
    const instance = ec2World(simulation).instances[instanceId];
    if (instance?.state !== 'pending') return;
    instance.stateReason = { code: reason.code, message: reason.message };
    instance.transitionReason = reason.message;
    instance.endedMs = simulation.now();
    end(simulation, instance);
  });
  simulation.on<Due>(TERMINATED, ({ instanceId }) => {
    const instance = ec2World(simulation).instances[instanceId];
    if (instance?.state === 'shutting-down') end(simulation, instance);
  });
  simulation.on<Due>(STOPPED, ({ instanceId }) => {
    const instance = ec2World(simulation).instances[instanceId];
    if (instance?.state === 'stopping') enter(simulation, instance, 'stopped');
  });
  simulation.on<Due>(FORGOTTEN, ({ instanceId }) => {
    delete ec2World(simulation).instances[instanceId];
  });
}

/** Puts a new instance on its way: running in a few seconds, or terminated when `failure` says that it cannot start. */
export function begin(simulation: Simulation, instance: Instance, failure: EndReason | undefined): void {
  const seconds = simulation.between(`ec2:boot:${instance.id}`, 3, 7);
  const due = { instanceId: instance.id };
  if (failure) simulation.schedule(seconds, FAILED, { ...due, reason: failure });
  else simulation.schedule(seconds, RUNNING, due);
  notify(simulation, instance);
}

export const USER_SHUTDOWN: EndReason = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  transition: 'User initiated',
};

export const SPOT_TERMINATION: EndReason = {
  code: 'Server.SpotInstanceTermination',
  message: 'Server.SpotInstanceTermination: Spot instance termination',
  transition: 'Service initiated',
};

export const SPOT_STOP: EndReason = {
  code: 'Server.SpotInstanceShutdown',
  message: 'Server.SpotInstanceShutdown: Spot instance shutdown',
  transition: 'Service initiated',
};

/** From a termination to the state `terminated`. */
export function shutDownSeconds(simulation: Simulation, instanceId: string): number {
  return simulation.between(`ec2:shut-down:${instanceId}`, 20, 40);
}

/** Shuts an instance down, for whatever reason; one that is on its way out already stays as it is. */
export function terminateInstance(
  simulation: Simulation,
  instanceId: string,
  reason: EndReason = USER_SHUTDOWN,
): Instance {
  const instance = ec2World(simulation).instances[instanceId];
  if (!instance) throw unknownInstance(instanceId);
  if (instance.state === 'shutting-down' || instance.state === 'terminated') return instance;
  explain(simulation, instance, reason);
  instance.endedMs = simulation.now();
  enter(simulation, instance, 'shutting-down');
  simulation.schedule(shutDownSeconds(simulation, instanceId), TERMINATED, { instanceId });
  return instance;
}

/** Stops a running instance; any other stays as it is. */
export function stopInstance(simulation: Simulation, instanceId: string, reason: EndReason): void {
  const instance = ec2World(simulation).instances[instanceId];
  if (!instance) throw unknownInstance(instanceId);
  if (instance.state !== 'running') return;
  explain(simulation, instance, reason);
  enter(simulation, instance, 'stopping');
  simulation.schedule(shutDownSeconds(simulation, instanceId), STOPPED, { instanceId });
}

function explain(simulation: Simulation, instance: Instance, reason: EndReason): void {
  const at = new Date(simulation.now()).toISOString().replace('T', ' ').slice(0, 19);
  instance.stateReason = { code: reason.code, message: reason.message };
  instance.transitionReason = `${reason.transition ?? reason.message} (${at} GMT)`;
}

export function unknownInstance(id: string): SimulatedAwsError {
  if (!/^i-[0-9a-f]{8,17}$/.test(id)) {
    return new SimulatedAwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}" (expecting "i-...")`);
  }
  return new SimulatedAwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}

function end(simulation: Simulation, instance: Instance): void {
  const world = ec2World(simulation);
  delete world.networkInterfaces[instance.networkInterfaceId];
  for (const id of instance.volumeIds) {
    if (world.volumes[id]?.deleteOnTermination) delete world.volumes[id];
  }
  enter(simulation, instance, 'terminated');
  simulation.schedule(REMEMBERED_SECONDS, FORGOTTEN, { instanceId: instance.id });
}

function enter(simulation: Simulation, instance: Instance, state: InstanceState): void {
  instance.state = state;
  notify(simulation, instance);
}

function notify(simulation: Simulation, { id, state }: Instance): void {
  for (const listener of listeners.get(simulation) ?? []) {
    listener({ instanceId: id, state, atMs: simulation.now() });
  }
}
