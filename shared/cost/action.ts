export type Action = {
  readonly kind:
    | 'use-spot'
    | 'use-graviton'
    | 'cut-idle'
    | 'upgrade-cluster'
    | 'free-reservation'
    | 'drop-ipv4'
    | 'unpin-pool'
    | 'lower-limit';
  readonly cluster: string | null;
  readonly nodePool: string | null;
  /** What it would have saved in the window; 0 where it guards against a cost and saves none. */
  readonly saves: string;
  readonly what: string;
  readonly reason: string;
  readonly risk: string;
};
/** Before what it saves is rounded. */
export type Draft = Omit<Action, 'saves'> & { readonly atoms: bigint };
