/** A resource of the stack: how Fn::Sub names it, and what people call it. */
export type Part = { readonly ref: string; readonly label: string };

/** What the dashboard must know of the stack that it is deployed with. */
export type StackParts = {
  readonly functions: readonly (Part & { readonly memoryMb: number; readonly architecture: 'arm64' | 'x86_64' })[];
  readonly machines: readonly Part[];
  readonly queues: readonly (Part & { readonly isDeadLetters: boolean })[];
  /** The refs are ARNs. */
  readonly alarms: readonly Part[];
};
