import { isMap, type Pair, type YAMLMap } from 'yaml';
import { durationOf } from './duration.ts';
import { insert, jsonOf, keyOf, pairAt, put, renamed, take } from './nodes.ts';
import type { Reporter } from './report.ts';

function secondsOf(pair: Pair, report: Reporter): string | undefined {
  const duration = durationOf(jsonOf(pair));
  if (duration === undefined) {
    report.error(pair, `must be a whole number of seconds, 0 or more, is ${JSON.stringify(jsonOf(pair))}`);
  }
  return duration;
}

function isEnabled(consolidation: Pair | undefined, report: Reporter): boolean {
  if (!consolidation) return false;
  const { value } = consolidation;
  const pairs = isMap(value) ? value.items : [];
  const isReadable =
    isMap(value) && pairs.every((pair) => keyOf(pair) === 'enabled' && typeof jsonOf(pair) === 'boolean');
  if (!isReadable) report.error(consolidation, 'has only the field enabled, true or false');
  return pairs.some((pair) => jsonOf(pair) === true);
}

/** The comments of the seconds go to what they became. */
function whenEmpty(ttl: Pair, duration: string): Pair {
  const disruption = renamed(ttl, 'disruption', { consolidationPolicy: 'WhenEmpty' });
  const { value } = disruption;
  if (!isMap(value)) return disruption;
  put(value, 'consolidateAfter', duration);
  const after = pairAt(value, 'consolidateAfter');
  if (after) after.value = renamed(ttl, 'consolidateAfter', duration).value;
  value.comment = null;
  return disruption;
}

/** Makes the disruption block of consolidation.enabled and ttlSecondsAfterEmpty. */
export function convertConsolidation(spec: YAMLMap, report: Reporter): void {
  const before = pairAt(spec, 'limits') ? 'limits' : undefined;
  const consolidation = take(spec, 'consolidation');
  const ttl = take(spec, 'ttlSecondsAfterEmpty');
  const enabled = isEnabled(consolidation, report);
  if (enabled && ttl) {
    report.error(ttl, 'excludes consolidation.enabled: v1alpha5 took only one of them; keep the one that is meant');
  } else if (consolidation && enabled) {
    const wanted = { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '0s' };
    report.note('consolidation', consolidation, jsonOf(consolidation), { 'spec.disruption': wanted });
    insert(spec, renamed(consolidation, 'disruption', wanted), before);
  } else if (ttl) {
    const duration = secondsOf(ttl, report);
    if (duration === undefined) return;
    const wanted = { consolidationPolicy: 'WhenEmpty', consolidateAfter: duration };
    if (consolidation) report.note('no-meaning', consolidation, jsonOf(consolidation), null);
    report.note('ttl-after-empty', ttl, jsonOf(ttl), { 'spec.disruption': wanted });
    insert(spec, whenEmpty(ttl, duration), before);
  } else {
    const why = 'v1alpha5 removed no node to consolidate unless told to; v1 does at once unless told not to';
    const wanted = { 'spec.disruption': { consolidateAfter: 'Never' } };
    report.note('default-kept', consolidation ?? 'spec.disruption', jsonOf(consolidation), wanted, why);
    put(spec, 'disruption', { consolidateAfter: 'Never' }, before);
  }
}

/** Nodes of v1alpha5 lived for ever unless told otherwise. */
export function convertExpiry(spec: YAMLMap, template: YAMLMap, report: Reporter): void {
  const ttl = take(spec, 'ttlSecondsUntilExpired');
  if (!ttl) {
    const why = 'v1alpha5 kept nodes for ever unless told otherwise, v1 for 720h';
    report.note('default-kept', 'spec.template.spec.expireAfter', null, 'Never', why);
    put(template, 'expireAfter', 'Never');
    return;
  }
  const duration = secondsOf(ttl, report);
  if (duration === undefined) return;
  report.note('ttl-until-expired', ttl, jsonOf(ttl), { 'spec.template.spec.expireAfter': duration });
  template.items.push(renamed(ttl, 'expireAfter', duration));
}
