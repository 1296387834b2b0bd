import { queueOfArn, sqsState } from '../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { KubeApi } from '../../simulator/kubernetes/types.ts';
import { terraformCluster, withKarpenter } from '../../simulator/others/clusters.ts';
import type { OthersCluster } from '../../simulator/others/description.ts';

export const ATTACHED = 'payments-prod';
export const THEIR_QUEUE = `Karpenter-${ATTACHED}`;
export const OUR_QUEUE = `joinery-cluster-${ATTACHED}`;

export const anAttachFile = (spec: object = {}, name = ATTACHED) => ({
  apiVersion: 'joinery.dev/v1',
  kind: 'Cluster',
  metadata: { name },
  spec: { region: 'eu-west-1', mode: 'attach', ...spec },
});

export const WITH_CONSENT = anAttachFile({ consent: ['use-existing-queue'] });

/** A cluster whose Karpenter may read its own queue and no other, as upstream's policy has it. */
export function aClusterOfOthers(): OthersCluster {
  return withKarpenter(terraformCluster(ATTACHED), ({ controllerRole }) => ({
    controllerRole: {
      ...controllerRole,
      policies: controllerRole.policies.map((policy) => ({
        ...policy,
        statements: policy.statements.flatMap(({ actions, resources }) => {
          const isSqs = (action: string) => action.startsWith('sqs:');
          const queues = { actions: actions.filter(isSqs), resources: [`arn:aws:sqs:*:*:${THEIR_QUEUE}`] };
          const rest = { actions: actions.filter((action) => !isSqs(action)), resources };
          return queues.actions.length > 0 ? [rest, queues] : [rest];
        }),
      })),
    },
  }));
}

/** What `helm upgrade --set settings.interruptionQueue` does. */
export function setInterruptionQueue(api: KubeApi, queue: string): void {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace: 'kube-system' };
  type Template = { spec: { containers: { env: { name: string; value: string }[] }[] } };
  const template = structuredClone(api.get(ref)?.spec?.['template']) as Template;
  for (const container of template.spec.containers) {
    const others = container.env.filter(({ name }) => name !== 'INTERRUPTION_QUEUE');
    container.env = [...others, { name: 'INTERRUPTION_QUEUE', value: queue }];
  }
  api.mergePatch(ref, { spec: { template } });
}

/** Tags and policy of every queue that is not the deployment's own; not the tag that names the run that made it. */
export function queuesOf({ simulation }: Account): Record<string, object> {
  const own = Object.values(sqsState(simulation).queues).filter(({ name }) => !name.startsWith('joinery-prod'));
  return Object.fromEntries(
    own.map(({ name, tags, attributes }) => {
      const { 'joinery.dev:execution': _, ...lasting } = tags;
      return [name, { tags: lasting, policy: attributes['Policy'] ?? '' }];
    }),
  );
}

export function policyOf({ simulation }: Account, queue: string): { Statement: { Sid?: string }[] } {
  const text = queueOfArn(simulation, queue)?.attributes['Policy'] ?? '{"Statement":[]}';
  return JSON.parse(text) as { Statement: { Sid?: string }[] };
}
