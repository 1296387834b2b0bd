import { describe, expect, it } from '@jest/globals';
import { codeOf, packagesLoadedBy, ROOT, readSources, type SourceFile } from '../../support/source-graph.ts';

const AREAS = ['functions', 'shared', 'simulator', 'cli', 'bench', 'scripts', 'tests'] as const;
/** Whom each area may import, beside itself. */
const MAY_IMPORT: Readonly<Record<(typeof AREAS)[number], readonly string[]>> = {
  shared: [],
  functions: ['shared'],
  simulator: ['shared'],
  scripts: ['shared'],
  cli: ['shared', 'simulator', 'scripts'],
  // It measures a use case with its own wiring, and what a command does.
  bench: ['shared', 'simulator', 'scripts', 'functions', 'cli'],
  tests: AREAS,
};

/** Knowledge without a network, a file system or a clock. */
const isDomain = (path: string) =>
  /^shared\/(adoption|clusters|cost|fleet-file|instance-types|nodepools|errors|events|kube\/schema|pods-file|prices-file|yaml)\//.test(
    path,
  ) ||
  (path.startsWith('shared/runs/') && path !== 'shared/runs/step-context.ts');
const SDK = /^(@aws-sdk|@smithy|@aws-crypto|@kubernetes|@aws-lambda-powertools|@middy)\//;

/** Parts of a handler that are too long to stand in it; they are wiring as the handler is. */
const WIRING = [
  'functions/attachment/wiring.ts',
  'functions/preflight/account-reader.ts',
  'functions/router/ec2-lookup.ts',
  'functions/router/wiring.ts',
];

const files = AREAS.flatMap((area) => readSources(area));
const byPath = new Map(files.map((file) => [file.path, file]));
const areaOf = (path: string) => path.split('/')[0] as (typeof AREAS)[number];
const isWiring = (path: string) => path.endsWith('/handler.ts') || WIRING.includes(path);
const useCases = files.filter(({ path }) => areaOf(path) === 'functions' && !isWiring(path));
const deployed = files.filter(({ path }) => ['functions', 'shared'].includes(areaOf(path)));
const ofPath = ({ path }: SourceFile) => path;

/** Every import of the files that breaks the rule, as "importer -> imported". */
const breaches = (from: readonly SourceFile[], isBreach: (path: string, target: string) => boolean): string[] =>
  from.flatMap(({ path, imports }) =>
    imports.flatMap(({ file }) => (file !== undefined && isBreach(path, file) ? [`${path} -> ${file}`] : [])),
  );

describe('the arrows between the parts', () => {
  it('reads the imports of every part', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter(({ path }) => path.endsWith('/handler.ts')).every(({ imports }) => imports.length > 1)).toBe(
      true,
    );
    const unresolved = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file?.endsWith('.ts') && !byPath.has(file))
        .map(({ specifier }) => `${path}: ${specifier}`),
    );

    expect(unresolved).toEqual([]);
  });

  it('lead from functions, simulator, command, bench and scripts to what they share, and never back', () => {
    const wrong = breaches(files, (path, target) => {
      const [from, to] = [areaOf(path), areaOf(target)];
      return from !== to && !MAY_IMPORT[from].includes(to);
    });

    expect(wrong).toEqual([]);
  });

  it('do not join two functions, but for the one that does what another does', () => {
    const folderOf = (path: string) => path.split('/')[1] ?? '';
    // What is redriven goes by the router's own decision and sending, so that a stale event is never replayed.
    const joined: Readonly<Record<string, string>> = { redrive: 'router' };

    const wrong = breaches(files, (path, target) => {
      if (areaOf(path) !== 'functions' || areaOf(target) !== 'functions') return false;
      return folderOf(path) !== folderOf(target) && joined[folderOf(path)] !== folderOf(target);
    });

    expect(wrong).toEqual([]);
  });

  it('do not lead from the domain to an adapter', () => {
    const domain = files.filter(({ path }) => isDomain(path));
    const toAdapters = breaches(domain, (_, target) => !isDomain(target));
    const toSdks = domain.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, isTypeOnly }) => !isTypeOnly && SDK.test(specifier))
        .map(({ specifier }) => `${path} -> ${specifier}`),
    );

    expect([...toAdapters, ...toSdks]).toEqual([]);
  });

  it('do not lead from a use case to an SDK at run time, by any way', () => {
    const ways = useCases.flatMap(({ path }) =>
      [...packagesLoadedBy(path, byPath)].filter(([name]) => SDK.test(name)).map(([, way]) => way.join(' -> ')),
    );

    expect(ways).toEqual([]);
  });

  it('lead to wiring from a handler alone', () => {
    const wrong = breaches(
      files,
      (path, target) => isWiring(target) && !isWiring(path) && !['tests', 'bench'].includes(areaOf(path)),
    );

    expect(wrong).toEqual([]);
  });

  it('lead to Kubernetes from a handler by one way', () => {
    const wrong = breaches(
      files,
      (path, target) => isWiring(path) && /^shared\/kube\/(connect|http)\.ts$/.test(target),
    );

    expect(wrong).toEqual([]);
  });

  it('end in the name of a file', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file !== undefined && !/\.(ts|json)$/.test(file))
        .map(({ specifier }) => `${path}: ${specifier}`),
    );

    expect(wrong).toEqual([]);
  });
});

describe('the code', () => {
  const containing = (from: readonly SourceFile[], pattern: RegExp) =>
    from.filter((file) => pattern.test(codeOf(file))).map(ofPath);

  it('that is deployed reads its environment in one place', () => {
    expect(containing(deployed, /\bprocess\.env\b/)).toEqual(['shared/config/read-env.ts']);
  });

  it('that is deployed reads the clock in one place, and draws no random numbers', () => {
    const clocks = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\brandom(UUID|Bytes|Int)\b/;

    expect(containing(deployed, clocks)).toEqual(['shared/lambda/clock.ts']);
  });

  it('has no `any` and silences no compiler', () => {
    const wrong = containing(files, /(?:[:<|&]|\bas)\s*any\b|\bany\[\]/);
    const silenced = files.filter(({ text }) => /^\s*(\/\/|\/\*)\s*@ts-/m.test(text)).map(ofPath);

    expect([...wrong, ...silenced]).toEqual([]);
  });

  it('mocks clients of the SDK, and never their classes, which all files of a worker share', () => {
    expect(containing(files, /mockClient\([A-Z]/)).toEqual([]);
  });

  it('names no machine', () => {
    const wrong = files.filter(({ text }) => text.includes(ROOT) || /['"`](\/root\/|\/home\/)/.test(text)).map(ofPath);

    expect(wrong).toEqual([]);
  });

  it('of a handler is short', () => {
    const handlers = files.filter(({ path }) => /^functions\/[^/]+\/handler\.ts$/.test(path));
    const long = handlers.filter(({ text }) => text.split('\n').length > 60).map(ofPath);

    expect(handlers.length).toBeGreaterThan(10);
    expect(long).toEqual([]);
  });
});
