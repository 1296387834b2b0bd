import type { Placed } from '../../shared/placement/place.ts';

const WORDS: Readonly<Record<string, string>> = {
  tolerations: 'tolerations',
  requiredDuringSchedulingIgnoredDuringExecution: 'node affinity',
  preferredDuringSchedulingIgnoredDuringExecution: 'spot preferred',
  topologySpreadConstraints: 'spread',
};

type Line = { readonly path: string; readonly message: string; readonly line: number };

function located(file: string, word: string, { line, path, message }: Line): string {
  return `${file}:${line}: ${word}${path === '' ? '' : `${path}: `}${message}\n`;
}

/** What was done, for the person at the terminal. */
export function reportText(file: string, placed: readonly Placed[]): string {
  const isPlaced = placed.every(({ faults }) => faults.length === 0);
  const lines = placed.flatMap(({ object, faults }) => [
    ...(object && isPlaced ? [objectLine(object)] : []),
    ...(object?.warnings ?? []).map((warning) => located(file, 'warning: ', warning)),
    ...faults.map((fault) => located(file, '', fault)),
  ]);
  const count = placed.flatMap(({ faults }) => faults).length;
  if (count > 0) lines.push(`${count} ${count === 1 ? 'fault' : 'faults'}; nothing was written\n`);
  return lines.join('');
}

function objectLine({ workload, pool, added }: NonNullable<Placed['object']>): string {
  const what = added.length > 0 ? `+ ${added.map((name) => WORDS[name] ?? name).join(', ')}` : 'has it all already';
  return `${workload.kind}/${workload.name} on ${pool}\n  ${what}\n`;
}

/** The same as one value; `output` is null where something stands against it. */
export function reportValue(file: string, placed: readonly Placed[], output: string | null): object {
  const objects = placed.flatMap(({ object }) => {
    if (!object) return [];
    const { workload, pool, line, added, warnings } = object;
    const { kind, name, namespace = null } = workload;
    return [{ kind, name, namespace, pool, line, added, warnings }];
  });
  return { file, ok: output !== null, objects, faults: placed.flatMap(({ faults }) => faults), output };
}
