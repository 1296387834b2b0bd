import type { Simulation } from '../core/simulation.ts';

/** Any Kubernetes object, as JSON. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: KubeMetadata;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
};

export type KubeMetadata = {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
};

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

/** Which object: the kind with its apiVersion, the name, and the namespace where the kind has one. */
export type KubeRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
};

/** Who asks the API server. `isClusterAdmin` stands for an EKS access policy association of AmazonEKSClusterAdminPolicy. */
export type KubeUser = {
  readonly username: string;
  readonly groups: readonly string[];
  readonly isClusterAdmin?: boolean;
};

export type ListOptions = {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
};

/** An error as the API server answers it: a Status object with its HTTP code. */
export class KubeStatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message);
    this.name = 'KubeStatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/**
 * The API server from inside the simulator: the verbs that controllers, the kubelet and Karpenter use. Every call passes the
 * same authorization (RBAC), schema validation, defaulting and admission as a request over HTTPS. What is returned is a copy.
 */
export type KubeApi = {
  /** Undefined when there is no such object; throws KubeStatusError 403 when the user may not look. */
  get(ref: KubeRef): KubeObject | undefined;
  list(apiVersion: string, kind: string, options?: ListOptions): KubeObject[];
  create(object: KubeObject): KubeObject;
  /** Replaces; with metadata.resourceVersion a stale one is a 409 Conflict. */
  update(object: KubeObject): KubeObject;
  updateStatus(object: KubeObject): KubeObject;
  /** JSON merge patch (RFC 7396), on the object or on its status subresource. */
  mergePatch(ref: KubeRef, patch: Record<string, unknown>, subresource?: 'status'): KubeObject;
  /** Server-side apply. Throws 409 with FieldManagerConflict causes unless `force`. */
  apply(object: KubeObject, options: { fieldManager: string; force?: boolean }): KubeObject;
  /** Sets deletionTimestamp while finalizers or a grace period remain, else removes. 404 is a KubeStatusError. */
  delete(
    ref: KubeRef,
    options?: { propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'; gracePeriodSeconds?: number },
  ): void;
  /** POST pods/NAME/eviction: 429 TooManyRequests when a PodDisruptionBudget forbids it. */
  evict(namespace: string, podName: string): void;
  /** Whether this user may do something, as a SelfSubjectAccessReview answers it. */
  can(
    verb: string,
    group: string,
    resource: string,
    options?: { namespace?: string; name?: string; subresource?: string },
  ): boolean;
};

/** One simulated cluster's Kubernetes. Its objects live in `simulation.state('kubernetes:NAME')`, so a snapshot holds them. */
export type KubeCluster = {
  readonly name: string;
  readonly simulation: Simulation;
  /** The API as a given user; `as(SYSTEM_ADMIN)` for the control plane's own controllers. */
  as(user: KubeUser): KubeApi;
  /** Called after each change to any object, at once and synchronously. Listeners must only schedule work, not do it. */
  onChange(listener: (change: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }) => void): void;
};

export const SYSTEM_ADMIN: KubeUser = { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] };
