import * as z from 'zod';
import type { DeepReadonly } from './cluster-file.ts';
import type { Fault } from './fault.ts';
import { explain, faultsOf } from './messages.ts';
import { DEEPEST_NESTING, isNestedDeeper } from './nesting.ts';
import { valueAt } from './read-part.ts';
import { ruleFaults } from './rules.ts';
import { clusterFileSchema } from './schema.ts';
import { dnsLabel, matching } from './schema-values.ts';

const specSchema = z.strictObject({
  region: matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1'),
  accountId: matching(/^\d{12}$/, 'an account of twelve digits, in quotes')
    .exactOptional()
    .describe("The cluster's account, as a safeguard: a run in another account refuses the file."),
  mode: z.literal('attach'),
  karpenter: z
    .strictObject({ namespace: dnsLabel.default('kube-system').describe('Where its Deployment is.') })
    .prefault({}),
  consent: z
    .array(z.enum(['use-existing-queue']))
    .default([])
    .describe("use-existing-queue: tag Karpenter's own interruption queue, and let the router send to it."),
  tags: z.record(z.string(), z.string().max(256)).default({}).describe('On what Joinery makes in the account.'),
});

/** A cluster whose Karpenter is somebody else's and stays so: who it is, and what is consented to. */
export const attachFileSchema = clusterFileSchema.extend({ spec: specSchema });

export type AttachFile = DeepReadonly<z.output<typeof attachFileSchema>>;

const UNCHANGED = 'is not for mode: attach, which changes nothing of the cluster: it is read from there';
const NO_NODES = 'is not for mode: attach, which makes no nodes';
const THEIRS = 'is not for mode: attach: Karpenter stays as its owner installed it';

const REFUSED: Readonly<Record<string, string>> = {
  'spec.kubernetesVersion': UNCHANGED,
  'spec.supportType': UNCHANGED,
  'spec.network': UNCHANGED,
  'spec.logging': UNCHANGED,
  'spec.addons': UNCHANGED,
  'spec.discovery': 'is not for mode: attach, which tags no subnet and no security group',
  'spec.bootstrapNodes': NO_NODES,
  'spec.karpenter.version': THEIRS,
  'spec.karpenter.settings': THEIRS,
  'spec.karpenter.resources': THEIRS,
  'spec.nodePools': "is not for mode: attach: the cluster's NodePools stay as they are",
  'spec.services': "is not for mode: attach, which knows none of the cluster's NodePools",
  'spec.interruptions': "is not for mode: attach: rules that send straight to the cluster's queue are its owner's",
  'spec.lint': "is not for mode: attach: `joinery nodepools lint` reads the cluster's NodePools from a file",
  'spec.smokeTest': 'is not for mode: attach, which starts no nodes',
};

export function isAttachFile(value: unknown): boolean {
  return valueAt(value, 'spec', 'mode') === 'attach';
}

export type ParsedAttach =
  | { readonly ok: true; readonly cluster: AttachFile }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads a cluster file of mode attach: with its defaults, or every fault at once. */
export function parseAttachFile(value: unknown): ParsedAttach {
  if (isNestedDeeper(value, DEEPEST_NESTING)) {
    return { ok: false, faults: [{ path: '', message: `is nested more than ${DEEPEST_NESTING} levels deep` }] };
  }
  const parsed = attachFileSchema.safeParse(value, { error: explain });
  const faults = (parsed.error?.issues ?? []).flatMap((issue) => faultsOf(issue, attachFileSchema, REFUSED));
  const refused = new Set(Object.keys(REFUSED));
  // What stands below a refused key is not looked at: the key itself is the fault.
  const rules = ruleFaults(value).filter(({ path }) => ![...refused].some((key) => path.startsWith(key)));
  return parsed.success && faults.length + rules.length === 0
    ? { ok: true, cluster: parsed.data }
    : { ok: false, faults: [...faults, ...rules] };
}
