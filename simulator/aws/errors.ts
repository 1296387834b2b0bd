/** An error as the SDK throws it: `name` is the code, `$fault` and `$metadata` as in ServiceException. */
export class SimulatedAwsError extends Error {
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string };
  readonly Code: string;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.Code = code;
    this.$fault = status >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode: status, requestId: '00000000-0000-4000-8000-000000000000' };
  }
}

/** Something that the simulator does not know. Never what AWS would answer: it fails the run. */
export class NotSimulatedError extends Error {
  constructor(what: string) {
    super(`not simulated: ${what}`);
    this.name = 'NotSimulatedError';
  }
}
