import { Document, isMap, type YAMLMap } from 'yaml';
import { readYaml, type YamlDocument } from '../../clusters/read-yaml.ts';
import type { JsonObject } from '../../kube/schema/values.ts';
import { compileCluster, isClusterFile } from './cluster.ts';
import { type CompileOptions, checked, convertObject, settle } from './convert.ts';
import { expandAliases, itemsAt, nodeAt, textOf } from './nodes.ts';
import { joined, type Piece, styleOf, written } from './output.ts';
import { byLine, type CompileError, type CompileNote, Origins, Reporter } from './report.ts';
import type { Resource } from './resource.ts';
import { keyFaults, mayHaveRefusedKeys } from './safe-text.ts';

export type Compilation = {
  /** Empty when there are errors: what is half converted must not be applied. */
  readonly manifests: readonly JsonObject[];
  /** The manifests as YAML, with the comments and the order of what was written. */
  readonly text: string;
  readonly notes: readonly CompileNote[];
  readonly errors: readonly CompileError[];
};

function failed(errors: readonly CompileError[], notes: readonly CompileNote[] = []): Compilation {
  return { manifests: [], text: '', notes, errors };
}

/** A document with its part of the text, and what it holds. */
type Source = {
  readonly document: Document.Parsed;
  readonly text: string;
  readonly resources: readonly Resource[];
  readonly isList: boolean;
};

function sourcesOf(
  text: string,
  documents: readonly YamlDocument[],
  origins: Origins,
  options: CompileOptions,
): Source[] {
  let start = 0;
  return documents.map(({ document }) => {
    const part = text.slice(start, document.range[2]);
    start = document.range[2];
    const { contents } = document;
    origins.remember(contents);
    const isList = textOf(nodeAt(contents, 'kind'))?.endsWith('List') === true && itemsAt(contents, 'items').length > 0;
    const roots = isList ? itemsAt(contents, 'items') : [contents];
    const resources = roots.flatMap((root) => {
      if (isMap(root)) return convertObject(root, origins, options);
      const report = new Reporter('object/?', origins, contents ?? new Document(null).createNode(null));
      report.error(contents ?? '', 'is no manifest: a manifest is a map');
      return [{ root: new Document({}).contents as YAMLMap, report, kind: '', name: undefined }];
    });
    return { document, text: part, resources, isList };
  });
}

/** The pieces of the output: a document that nothing was changed in stays as it was written, to the letter. */
function piecesOf(sources: readonly Source[], settled: readonly Resource[], isJson: boolean): Piece[] {
  const owners = new Map(sources.flatMap((source) => source.resources.map((resource) => [resource, source] as const)));
  return settled.map((resource) => {
    const source = owners.get(resource);
    const isFirst = source?.resources[0] === resource;
    if (!source || !isFirst || source.isList) return { document: new Document(resource.root) };
    const isSame = !isJson && resource.report.notes.length === 0;
    return isSame ? { text: source.text } : { document: source.document };
  });
}

/**
 * Compiles text, YAML with any number of documents or JSON, to manifests of Karpenter v1: NodePool and EC2NodeClass of v1 and
 * v1beta1, Provisioner, AWSNodeTemplate, lists of them, or a cluster file. Everything that was changed is noted; what cannot
 * be carried over, or what Karpenter would refuse, is an error.
 */
export function compileText(text: string, fileName: string, options: CompileOptions = {}): Compilation {
  const isJson = fileName.toLowerCase().endsWith('.json');
  const read = readYaml(text, fileName);
  if (!read.ok) {
    return failed(read.faults.map(({ path, message, line }) => ({ resource: fileName, path, line, message })));
  }
  const { documents, lines } = read;
  const keys = mayHaveRefusedKeys(text)
    ? documents.flatMap(({ document }) => keyFaults(document, (offset) => lines.linePos(offset)))
    : [];
  if (keys.length > 0)
    return failed(keys.map(({ path, message, line }) => ({ resource: fileName, path, line, message })));

  const origins = new Origins(lines);
  const style = styleOf(text, isJson);
  const aliases = text.includes('&') ? documents.map(({ document }) => document).filter(expandAliases) : [];
  const [first, ...others] = documents;
  if (first && isClusterFile(first.value)) {
    origins.remember(first.document.contents);
    if (others[0]) {
      const { line } = lines.linePos(others[0].document.range[0]);
      return failed([{ resource: fileName, path: '', line, message: 'has several documents; a cluster file has one' }]);
    }
    return compileCluster(first.document, origins, options, style);
  }
  const sources = sourcesOf(text, documents, origins, options);
  for (const {
    document,
    resources: [resource],
  } of sources) {
    if (resource && aliases.includes(document))
      resource.report.note('yaml-alias', resource.root, 'aliases', 'written out');
  }
  const settled = settle(sources.flatMap(({ resources }) => resources));
  const manifests = settled.map(checked);
  const notes = byLine(reportersOf(settled).flatMap((report) => report.notes));
  const errors = byLine(reportersOf(settled).flatMap((report) => report.errors));
  if (errors.length > 0) return failed(errors, notes);
  const pieces = piecesOf(sources, settled, isJson);
  return {
    manifests,
    text: joined(pieces.map((piece) => written(piece, style))),
    notes,
    errors,
  };
}

/** Copies of a class report through the class they are of. */
function reportersOf(resources: readonly Resource[]): Reporter[] {
  return [...new Set(resources.map(({ report }) => report))];
}
