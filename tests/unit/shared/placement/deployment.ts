import { isProfileName, profileNodePool } from '../../../../shared/nodepools/profiles/catalogue.ts';
import { type Placed, placeDocument } from '../../../../shared/placement/place.ts';
import { type PlacementPool, placementPool, type Wish } from '../../../../shared/placement/pool.ts';
import { readManifests } from '../../../../shared/yaml/read-manifests.ts';

export function poolOf(profile: string): PlacementPool {
  if (!isProfileName(profile)) throw new Error(`there is no profile ${profile}`);
  return placementPool(profileNodePool(profile));
}

/** Places every document of a text on a pool. */
export function placed(text: string, profile = 'banking-general', wish: Omit<Wish, 'pool'> = {}): Placed[] {
  const read = readManifests(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.documents.map((document) => placeDocument(document, () => ({ pool: poolOf(profile), ...wish })));
}

export function placedText(...args: Parameters<typeof placed>): string {
  return placed(...args)
    .map(({ text }) => text)
    .join('');
}

export function faultsOf(...args: Parameters<typeof placed>): string[] {
  return placed(...args).flatMap(({ faults }) =>
    faults.map(({ line, path, message }) => `${line}: ${path}: ${message}`),
  );
}

/** A Deployment with lines in the place of its pod spec's, indented by six columns. */
export function deployment(podSpec = '', options: { replicas?: number; kind?: string } = {}): string {
  const { replicas = 1, kind = 'Deployment' } = options;
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: auth
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: auth
  template:
    metadata:
      labels:
        app: auth
    spec:
      containers:
        - name: main
          image: example.com/auth:1
${podSpec}`;
}
