import * as z from 'zod/mini';

const schema = z.object({
  cluster: z.string().check(z.minLength(1)),
  karpenterNamespace: z.string().check(z.minLength(1)),
  roundMs: z.number(),
  /** False: the controller runs on nodes that are no group of ours, so none of them is counted as such. */
  hasBootstrapNodes: z._default(z.boolean(), true),
  /** What the cluster may cost, as its file has it. */
  budget: z.exactOptional(
    z.object({
      dollarsPerHour: z.exactOptional(z.string()),
      nodePools: z.exactOptional(z.record(z.string(), z.object({ dollarsPerHour: z.string() }))),
    }),
  ),
});

/** Asks for one collection of one cluster. `roundMs`: the minute that it belongs to. */
export type CollectorMessage = z.infer<typeof schema>;

export function writeMessage(message: CollectorMessage): string {
  const { cluster, karpenterNamespace, roundMs, hasBootstrapNodes, budget } = message;
  return JSON.stringify({ cluster, karpenterNamespace, roundMs, hasBootstrapNodes, budget });
}

/** Throws where the text is no such message. */
export function readMessage(body: string): CollectorMessage {
  return schema.parse(JSON.parse(body));
}
