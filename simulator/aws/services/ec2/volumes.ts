import type { Simulation } from '../../../core/simulation.ts';
import { decideForCaller, sessionArn } from '../../iam/authorizer.ts';
import { decide } from '../../iam/decide.ts';
import { parsePolicy } from '../../iam/policy-document.ts';
import { roleOfArn } from '../iam/state.ts';
import { awsManagedEbsKey, findKey } from '../kms/keys.ts';
import type { EksImage } from './images.ts';
import type { EndReason } from './instance-lifecycle.ts';
import type { BlockDevice, LaunchSpecification } from './launch-specification.ts';
import { ec2World, newId, type Volume } from './world.ts';

const GP3 = { iops: 3000, throughputMiBps: 125 };

/** Volumes of a new instance: the image's root volume, as the launch changes it, and what the launch adds. */
export function makeVolumes(
  simulation: Simulation,
  specification: LaunchSpecification,
  image: EksImage,
  place: { instanceId: string; zone: string },
): Volume[] {
  const root: BlockDevice = { device: '/dev/xvda', gib: image.volumeGib, type: 'gp3', snapshotId: image.snapshotId };
  const devices = new Map([[root.device, root]]);
  for (const wanted of specification.blockDevices ?? []) {
    const stated = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    devices.set(wanted.device, { ...devices.get(wanted.device), ...stated, device: wanted.device });
  }
  return [...devices.values()].map((device) => {
    const volume = volumeOf(simulation, device, place, specification.tags.volume ?? {});
    ec2World(simulation).volumes[volume.id] = volume;
    return volume;
  });
}

function volumeOf(
  simulation: Simulation,
  device: BlockDevice,
  place: { instanceId: string; zone: string },
  tags: Record<string, string>,
): Volume {
  const world = ec2World(simulation);
  const type = device.type ?? 'gp2';
  const encrypted = device.encrypted === true || world.ebs.encryptionByDefault;
  return {
    id: newId(simulation, 'vol'),
    instanceId: place.instanceId,
    device: device.device,
    zone: place.zone,
    gib: device.gib ?? 8,
    type,
    iops: device.iops ?? (type === 'gp3' ? GP3.iops : null),
    throughputMiBps: device.throughputMiBps ?? (type === 'gp3' ? GP3.throughputMiBps : null),
    encrypted,
    kmsKeyId: encrypted ? keyArnOf(simulation, device.kmsKeyId) : null,
    snapshotId: device.snapshotId ?? null,
    deleteOnTermination: device.deleteOnTermination ?? true,
    createdMs: simulation.now(),
    tags: { ...tags },
  };
}

function keyArnOf(simulation: Simulation, asked: string | undefined): string {
  const world = ec2World(simulation);
  const wanted = asked ?? world.ebs.defaultKeyArn;
  if (wanted) return findKey(simulation, wanted)?.arn ?? wanted;
  return awsManagedEbsKey(simulation, world).arn;
}

/** What EC2 does with a volume's key as the one who launches. */
const KEY_ACTIONS = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt', 'kms:CreateGrant'];

/** Why the instance will not start, when the launcher may not use the key of a volume. EC2 says so only afterwards. */
export function keyFailure(
  simulation: Simulation,
  volumes: readonly Volume[],
  launcherRoleArn: string,
): EndReason | undefined {
  const isBarred = volumes.some(
    ({ kmsKeyId }) => kmsKeyId !== null && !mayUseKey(simulation, kmsKeyId, launcherRoleArn),
  );
  if (!isBarred) return undefined;
  return { code: 'Client.InternalError', message: 'Client.InternalError: Client error on launch' };
}

function mayUseKey(simulation: Simulation, keyArn: string, roleArn: string): boolean {
  const { accountId, region } = ec2World(simulation);
  const key = findKey(simulation, keyArn);
  if (key?.state !== 'Enabled') return false;
  if (key.manager === 'AWS') return true;
  const keys = { 'kms:ViaService': `ec2.${region}.amazonaws.com`, 'kms:CallerAccount': accountId };
  const caller = { roleArn, sessionName: 'launch' };
  return KEY_ACTIONS.every((action) => {
    const request = { action, resource: keyArn, context: keys };
    if (roleOfArn(simulation, roleArn)) {
      return decideForCaller({ simulation, accountId, region }, caller, request, { resource: key.policy }).allowed;
    }
    // A service-linked role that nobody modelled has what the key's policy gives it.
    const principal = { kind: 'role' as const, roleArn, sessionArn: sessionArn(caller), accountId };
    return decide({ principal, identity: [], resource: parsePolicy(key.policy, 'resource') }, request).allowed;
  });
}
