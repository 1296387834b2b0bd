import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  ListRulesRequest,
  ListRulesResponse,
  PutRuleRequest,
  PutRuleResponse,
  Rule as RuleView,
} from '@aws-sdk/client-eventbridge';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { requireDefaultBus, ruleAccess, ruleArn } from './access.ts';
import { checkedPattern, invalid, limitExceeded, unknownRule } from './failures.ts';
import { pageOf } from './paging.ts';
import { parseSchedule } from './schedules/schedule.ts';
import { scheduleNext } from './schedules/ticks.ts';
import { eventsState, type Rule } from './state.ts';

const MAX_RULES = 300;
/** The quota of an account that has not asked for more; the API itself takes 4096. */
const MAX_PATTERN_CHARACTERS = 2048;

export const ruleOperations = {
  PutRule: operation<PutRuleRequest, PutRuleResponse>({
    authorize: (input, context) => ruleAccess(context, 'PutRule', input.Name, patternKeys(input.EventPattern)),
    run: (input, context) => ({ RuleArn: putRule(input, context).arn }),
  }),
  DeleteRule: operation<DeleteRuleRequest, object>({
    authorize: (input, context) => ruleAccess(context, 'DeleteRule', input.Name),
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const { rules } = eventsState(context.simulation);
      const rule = rules[input.Name ?? ''];
      // Deleting a rule that is not there succeeds.
      if (!rule) return {};
      if (Object.keys(rule.targets).length > 0) throw invalid("Rule can't be deleted since it has targets.");
      delete rules[rule.name];
      return {};
    },
  }),
  DescribeRule: operation<DescribeRuleRequest, DescribeRuleResponse>({
    authorize: (input, context) => ruleAccess(context, 'DescribeRule', input.Name),
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const rule = existingRule(context.simulation, input.Name);
      return { ...viewOf(rule), CreatedBy: rule.createdBy };
    },
  }),
  ListRules: operation<ListRulesRequest, ListRulesResponse>({
    authorize: () => [{ action: 'events:ListRules', resource: '*' }],
    run(input, context) {
      requireDefaultBus(context, input.EventBusName);
      const found = Object.values(eventsState(context.simulation).rules)
        .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        .toSorted((left, right) => (left.name < right.name ? -1 : 1));
      const page = pageOf(found, ({ name }) => name, input);
      return { Rules: page.items.map(viewOf), ...page.nextToken };
    },
  }),
  EnableRule: operation<EnableRuleRequest, object>({
    authorize: (input, context) => ruleAccess(context, 'EnableRule', input.Name),
    run: (input, context) => switchRule(input, context, true),
  }),
  DisableRule: operation<DisableRuleRequest, object>({
    authorize: (input, context) => ruleAccess(context, 'DisableRule', input.Name),
    run: (input, context) => switchRule(input, context, false),
  }),
};

export function existingRule(simulation: Simulation, name: string | undefined): Rule {
  const rule = eventsState(simulation).rules[name ?? ''];
  if (!rule) throw unknownRule(name ?? '');
  return rule;
}

/** Makes a rule, or makes an existing one say exactly what the request says. Its targets stay. */
function putRule(input: PutRuleRequest, context: CallContext): Rule {
  const { simulation, accountId } = context;
  const { Name = '', EventPattern, ScheduleExpression, State = 'ENABLED', Description, RoleArn, Tags } = input;
  requireDefaultBus(context, input.EventBusName);
  if (RoleArn !== undefined || Tags !== undefined)
    throw new NotSimulatedError('EventBridge PutRule with RoleArn or Tags');
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (State !== 'ENABLED' && State !== 'DISABLED') throw new NotSimulatedError(`EventBridge rules of state ${State}`);
  if ((Description ?? '').length > 512) throw invalid('Description must have at most 512 characters.');
  if (EventPattern !== undefined) {
    checkedPattern(EventPattern);
    if (EventPattern.length > MAX_PATTERN_CHARACTERS)
      throw limitExceeded(
        `The event pattern has ${EventPattern.length} characters; the quota is ${MAX_PATTERN_CHARACTERS}.`,
      );
  }
  if (ScheduleExpression !== undefined && !parseSchedule(ScheduleExpression, simulation.now()))
    throw invalid('Parameter ScheduleExpression is not valid.');
  const state = eventsState(simulation);
  const present = state.rules[Name];
  if (!present && Object.keys(state.rules).length >= MAX_RULES)
    throw limitExceeded(`The requested resource exceeds the maximum number allowed: ${MAX_RULES} rules.`);
  const isSameSchedule = present?.schedule === (ScheduleExpression ?? null);
  const rule: Rule = {
    name: Name,
    arn: ruleArn(context, Name),
    description: Description ?? null,
    pattern: EventPattern ?? null,
    schedule: ScheduleExpression ?? null,
    isEnabled: State === 'ENABLED',
    createdBy: present?.createdBy ?? accountId,
    revision: 0,
    scheduledSinceMs: present && isSameSchedule ? present.scheduledSinceMs : simulation.now(),
    targets: present?.targets ?? {},
  };
  state.rules[Name] = rule;
  restartSchedule(simulation, rule);
  return rule;
}

function switchRule(
  input: { Name: string | undefined; EventBusName?: string | undefined },
  context: CallContext,
  isEnabled: boolean,
): object {
  requireDefaultBus(context, input.EventBusName);
  const rule = existingRule(context.simulation, input.Name);
  if (rule.isEnabled === isEnabled) return {};
  rule.isEnabled = isEnabled;
  restartSchedule(context.simulation, rule);
  return {};
}

function restartSchedule(simulation: Simulation, rule: Rule): void {
  const state = eventsState(simulation);
  state.revisions += 1;
  rule.revision = state.revisions;
  scheduleNext(simulation, rule, simulation.now());
}

function viewOf(rule: Rule): RuleView {
  return {
    Name: rule.name,
    Arn: rule.arn,
    State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
    ...(rule.description === null ? {} : { Description: rule.description }),
    ...(rule.pattern === null ? {} : { EventPattern: rule.pattern }),
    ...(rule.schedule === null ? {} : { ScheduleExpression: rule.schedule }),
  };
}

/** What a pattern asks for by plain values, as the condition keys of PutRule have it. */
function patternKeys(json: string | undefined): Record<string, readonly string[]> {
  if (json === undefined) return {};
  checkedPattern(json);
  const pattern = JSON.parse(json) as { source?: unknown; 'detail-type'?: unknown; detail?: Record<string, unknown> };
  const places = {
    'events:source': pattern.source,
    'events:detail-type': pattern['detail-type'],
    'events:detail.service': pattern.detail?.['service'],
    'events:detail.eventTypeCode': pattern.detail?.['eventTypeCode'],
  };
  return Object.fromEntries(
    Object.entries(places).flatMap(([key, values]) => {
      const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
      return texts.length > 0 ? [[key, texts]] : [];
    }),
  );
}
