import { runtimeFaults } from '../runtime-faults.ts';
import { validateManifest } from '../validate-manifest.ts';
import { InvalidProfileError, type KarpenterManifest } from './manifest.ts';

/** Gives the manifest back, or throws with everything that is wrong with it. */
export function checked(manifest: KarpenterManifest): KarpenterManifest {
  const faults = [...validateManifest(manifest), ...runtimeFaults(manifest)];
  if (faults.length > 0) throw new InvalidProfileError(`${manifest.kind} ${manifest.metadata.name}`, faults);
  return manifest;
}
