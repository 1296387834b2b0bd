import type { Diagnosis } from './diagnose.ts';

/** A diagnosis for the person woken at three. */
export function diagnosisText(cluster: string, diagnosis: Diagnosis): string {
  const { causes, unread, pendingPods } = diagnosis;
  const waiting =
    pendingPods === 0 ? 'no pod waits' : `${pendingPods} ${pendingPods === 1 ? 'pod waits' : 'pods wait'}`;
  const head =
    causes.length === 0
      ? `${cluster}: nothing stands in the way; ${waiting}.`
      : `${cluster}: ${causes.length} ${causes.length === 1 ? 'cause' : 'causes'}; ${waiting}.`;
  const blocks = causes.map(({ severity, id, resource, why, evidence, fix, runbook }) =>
    [
      `${severity.toUpperCase()} ${id}: ${resource}`,
      `  ${why}`,
      ...evidence.map((line) => `  seen: ${line}`),
      `  do:   ${fix}`,
      ...(runbook === undefined ? [] : [`  see:  ${runbook}`]),
    ].join('\n'),
  );
  const unseen = unread.map(({ what, why }) => `Not looked at: ${what} (${why}); causes there are not in this list.`);
  return `${[head, ...blocks, ...unseen].join('\n\n')}\n`;
}
