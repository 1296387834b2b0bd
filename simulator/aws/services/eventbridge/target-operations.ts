import type {
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target as TargetView,
} from '@aws-sdk/client-eventbridge';
import { type AccessRequest, operation } from '../../types.ts';
import { requireDefaultBus, ruleAccess } from './access.ts';
import { invalid, limitExceeded } from './failures.ts';
import { pageOf } from './paging.ts';
import { existingRule } from './rule-operations.ts';
import { eventsState, type Target } from './state.ts';
import { readTarget } from './target-checks.ts';

const MAX_TARGETS = 5;

export const targetOperations = {
  PutTargets: operation<PutTargetsRequest, PutTargetsResponse>({
    authorize(input, context) {
      const targets = input.Targets ?? [];
      const roles = targets.flatMap(({ RoleArn }) => RoleArn ?? []);
      return [
        ...ruleAccess(context, 'PutTargets', input.Rule, { 'events:TargetArn': targets.map(({ Arn }) => Arn ?? '') }),
        ...roles.map(passRole),
      ];
    },
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const rule = existingRule(context.simulation, input.Rule);
      const targets = (input.Targets ?? []).map((target) => readTarget(context, target));
      if (targets.length < 1) throw invalid('Targets must have at least 1 member.');
      const ids = new Set([...Object.keys(rule.targets), ...targets.map(({ id }) => id)]);
      if (ids.size > MAX_TARGETS)
        throw limitExceeded(
          `The requested resource exceeds the maximum number allowed: ${MAX_TARGETS} targets for a rule.`,
        );
      for (const target of targets) rule.targets[target.id] = target;
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  }),
  RemoveTargets: operation<RemoveTargetsRequest, RemoveTargetsResponse>({
    authorize: (input, context) => ruleAccess(context, 'RemoveTargets', input.Rule),
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const rule = existingRule(context.simulation, input.Rule);
      const ids = input.Ids ?? [];
      if (ids.length < 1) throw invalid('Ids must have at least 1 member.');
      const missing = ids.filter((id) => !Object.hasOwn(rule.targets, id));
      for (const id of ids) delete rule.targets[id];
      return {
        FailedEntryCount: missing.length,
        FailedEntries: missing.map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule ${rule.name} has no target ${TargetId}.`,
        })),
      };
    },
  }),
  ListRuleNamesByTarget: operation<ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse>({
    authorize: () => [{ action: 'events:ListRuleNamesByTarget', resource: '*' }],
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const names = Object.values(eventsState(context.simulation).rules)
        .filter(({ targets }) => Object.values(targets).some(({ arn }) => arn === input.TargetArn))
        .map(({ name }) => name)
        .toSorted();
      const page = pageOf(names, (name) => name, input);
      return { RuleNames: page.items, ...page.nextToken };
    },
  }),
  ListTargetsByRule: operation<ListTargetsByRuleRequest, ListTargetsByRuleResponse>({
    authorize: (input, context) => ruleAccess(context, 'ListTargetsByRule', input.Rule),
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const rule = existingRule(context.simulation, input.Rule);
      const targets = Object.values(rule.targets).toSorted((left, right) => (left.id < right.id ? -1 : 1));
      const page = pageOf(targets, ({ id }) => id, input);
      return { Targets: page.items.map(viewOf), ...page.nextToken };
    },
  }),
};

function passRole(resource: string): AccessRequest {
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'events.amazonaws.com' } };
}

function viewOf(target: Target): TargetView {
  const { retry, transformer } = target;
  return {
    Id: target.id,
    Arn: target.arn,
    ...(target.roleArn === null ? {} : { RoleArn: target.roleArn }),
    ...(target.input === null ? {} : { Input: target.input }),
    ...(transformer === null
      ? {}
      : { InputTransformer: { InputPathsMap: transformer.paths, InputTemplate: transformer.template } }),
    ...(target.messageGroupId === null ? {} : { SqsParameters: { MessageGroupId: target.messageGroupId } }),
    ...(target.deadLetterArn === null ? {} : { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    ...(retry === null
      ? {}
      : {
          RetryPolicy: {
            MaximumRetryAttempts: retry.maximumRetryAttempts,
            MaximumEventAgeInSeconds: retry.maximumEventAgeSeconds,
          },
        }),
  };
}
