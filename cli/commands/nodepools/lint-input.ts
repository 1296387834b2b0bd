import { readYaml } from '../../../shared/clusters/read-yaml.ts';
import { isJsonObject, type JsonObject } from '../../../shared/kube/schema/values.ts';
import { allFaults } from '../../../shared/nodepools/all-faults.ts';
import { isClusterFile } from '../../../shared/nodepools/compile/cluster.ts';
import { type Compilation, compileText } from '../../../shared/nodepools/compile/compile.ts';
import type { CompileOptions } from '../../../shared/nodepools/compile/convert.ts';
import { parseCompiledClusterFile } from '../../../shared/nodepools/compile/parse-compiled.ts';
import type { LintContext } from '../../../shared/nodepools/lint/context.ts';
import type { Finding } from '../../../shared/nodepools/lint/finding.ts';
import { type LintReport, lintReport } from '../../../shared/nodepools/lint/lint.ts';
import { lintCluster } from '../../../shared/nodepools/lint/of-cluster.ts';
import { readPodBudget, readWorkload } from '../../../shared/nodepools/lint/workload.ts';

export type Linted =
  | { readonly ok: true; readonly report: LintReport }
  | { readonly ok: false; readonly faults: readonly string[] };

type Objects = { readonly ok: true; readonly values: readonly unknown[] } | (Linted & { readonly ok: false });

/** The manifests in a text, lists taken apart. */
export function objectsIn(text: string, file: string): Objects {
  const read = readYaml(text, file);
  if (!read.ok) {
    return {
      ok: false,
      faults: read.faults.map(({ message, line, column }) => `${file}:${line}:${column}: ${message}`),
    };
  }
  const values = read.documents.flatMap(({ value }) => {
    const items = isJsonObject(value) && String(value['kind']).endsWith('List') ? value['items'] : undefined;
    return Array.isArray(items) ? (items as unknown[]) : [value];
  });
  return { ok: true, values };
}

/** Lints what a file holds, a cluster file or manifests; `others` are manifests of workloads and PodDisruptionBudgets. */
export function lintObjects(file: string, values: readonly unknown[], others: readonly unknown[]): Linted {
  const facts = factsOf([...values, ...others]);
  const [first, ...rest] = values;
  if (!isClusterFile(first)) return lintManifests(values, facts);
  if (rest.length > 0) return { ok: false, faults: [`${file}: has several documents; a cluster file has one`] };
  return lintClusterFile(file, first, facts);
}

function factsOf(values: readonly unknown[]): Pick<LintContext, 'workloads' | 'podBudgets'> {
  return {
    workloads: values.flatMap((value) => readWorkload(value) ?? []),
    podBudgets: values.flatMap((value) => readPodBudget(value) ?? []),
  };
}

/** As a run does it: what is written in older versions, or with wildcards, is compiled. */
function lintClusterFile(file: string, value: unknown, facts: LintContext): Linted {
  const parsed = parseCompiledClusterFile(value);
  if (parsed.ok) return { ok: true, report: lintCluster(parsed.cluster, facts) };
  return { ok: false, faults: parsed.faults.map(({ path, message }) => `${file}: ${path}: ${message}`) };
}

const OURS = /^(karpenter\.sh|karpenter\.k8s\.aws)\//;

function isOld({ apiVersion }: JsonObject): boolean {
  return !String(apiVersion).endsWith('/v1');
}

/** Objects of older versions are compiled first; those in v1 are linted as written. */
function lintManifests(values: readonly unknown[], facts: LintContext): Linted {
  const known = values.filter(isJsonObject).filter(({ apiVersion }) => OURS.test(String(apiVersion)));
  if (known.length === 0) {
    return {
      ok: false,
      faults: ['has no NodePool, EC2NodeClass, Provisioner or AWSNodeTemplate, and is no cluster file'],
    };
  }
  const { manifests, errors } = compiled(known.filter(isOld));
  const objects = [...known.filter((object) => !isOld(object)), ...manifests];
  const { findings, off } = lintReport(objects, { ...facts, faultsOf: allFaults });
  const refused = errors.map(
    ({ resource, path, message }): Finding => ({
      rule: 'refused-by-karpenter',
      severity: 'error',
      resource,
      path: path.replace(/^items\[\d+\]\.?/, ''),
      reason: message,
      fix: 'change it as the reason says, then: joinery nodepools compile',
    }),
  );
  const isNamed = ({ rule, resource }: Finding) =>
    rule !== 'missing-node-class' ||
    !refused.some((one) => one.resource === resource && one.path.endsWith('nodeClassRef'));
  return { ok: true, report: { findings: [...refused, ...findings.filter(isNamed)], off } };
}

/** Stands in for what a pool does not name, so that the rest of it is linted all the same. */
const STAND_INS = { nodeClass: 'default', role: 'later' };

function compiled(old: readonly JsonObject[]): Pick<Compilation, 'manifests' | 'errors'> {
  const attempt = (items: readonly JsonObject[], options: CompileOptions) =>
    compileText(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'manifests.json', options);
  if (old.length === 0) return { manifests: [], errors: [] };
  const first = attempt(old, {});
  if (first.errors.length === 0) return first;
  const all = attempt(old, STAND_INS);
  const manifests =
    all.errors.length === 0 ? all.manifests : old.flatMap((object) => attempt([object], STAND_INS).manifests);
  return { manifests, errors: first.errors };
}
