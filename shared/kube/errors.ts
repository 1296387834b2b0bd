import { OpsError } from '../errors/ops-error.ts';

const RETRYABLE = new Set([0, 429, 500, 502, 503, 504]);

function errorName(status: number): string {
  if (status === 401 || status === 403) return 'KubernetesAccessDenied';
  if (status === 409) return 'KubernetesConflict';
  if (status === 422 || status === 400) return 'KubernetesInvalid';
  if (RETRYABLE.has(status)) return 'Unavailable';
  return 'KubernetesError';
}

/** What the API server answered, or that it could not be reached (status 0). */
export class KubeError extends OpsError {
  readonly status: number;

  constructor(status: number, what: string, message: string, cause?: unknown) {
    super(errorName(status), `Could not ${what}: ${message}`, {
      retryable: RETRYABLE.has(status),
      details: { status },
      cause,
    });
    this.status = status;
  }

  /** Right after an access entry or a policy association was made, the API server does not know it yet. */
  get isAccessDenied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}
