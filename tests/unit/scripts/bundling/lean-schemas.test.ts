import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askedOfSchemas, withLiteralKeys, withoutUnreached } from '../../../../scripts/bundling/lean-schemas.ts';

/** Schemas as the SDK writes them: two that lead to each other, and one that leads to them. */
const SHAPES = [
  'export var Image$ = [3, n0, _I,',
  '    [() => TagList]',
  '];',
  'var TagList = [1, n0, _T, 0,',
  '    () => Image$',
  '];',
  'export var Host$ = [3, n0, _H, [() => TagList]];',
];

describe('computed keys of schemas', () => {
  it('become the constants that they are', () => {
    const text = ['const _xN = "xmlName";', 'export var A$ = [3, n0, _A, [[1, { [_xN]: _m }], { [_eQN]: _e }]];'].join(
      '\n',
    );

    expect(withLiteralKeys(text)).toBe(
      ['const _xN = "xmlName";', 'export var A$ = [3, n0, _A, [[1, { "xmlName": _m }], { [_eQN]: _e }]];'].join('\n'),
    );
  });

  it('are not to be taken for what stands in an array', () => {
    const text = 'const _M = "Min";\nvar list = [_M];\nvar first = list[_M];';

    expect(withLiteralKeys(text)).toBe(text);
  });
});

describe('schemas that nothing asks for', () => {
  const modules = {
    'index.js': ['export * from "./commands";', 'export { ServiceException as Fault } from "./errors.js";'],
    'errors.js': ['import { ServiceException$ } from "./schemas/schemas_0";'],
    'commands/index.js': ['export * from "./DescribeImagesCommand";'],
    'commands/DescribeImagesCommand.js': [
      'import { makeCommand } from "@smithy/core/client";',
      'import { DescribeImages$, Images$ as Answer } from "../schemas/schemas_0";',
    ],
    'schemas/schemas_0.js': ['export var Images$ = [];'],
    'commands/DescribeHostsCommand.js': ['import { DescribeHosts$ } from "../schemas/schemas_0";'],
  };
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-lean-schemas-'));
    for (const [name, lines] of Object.entries(modules)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), lines.join('\n'));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const text = [
    'const _I = "Image";',
    'const _H = "Host";',
    'const _T = "Tag";',
    'import { TypeRegistry } from "@smithy/core/schema";',
    'const registry = new TypeRegistry(_T);',
    'export var ServiceException$ = [-3, "ServiceException", 0, [], []];',
    'registry.registerError(ServiceException$, ServiceException);',
    ...SHAPES,
    'Registry.for(_H);',
    '',
  ].join('\n');

  const removed = (lean: string) => text.split('\n').filter((line) => !lean.split('\n').includes(line));

  it('go, and what others lead to stays', () => {
    expect(removed(withoutUnreached(text, ['Image$']))).toEqual(['export var Host$ = [3, n0, _H, [() => TagList]];']);
    expect(removed(withoutUnreached(text, ['Host$']))).toEqual([]);
  });

  it('go with the constants that they alone name; what is not a declaration stays', () => {
    expect(removed(withoutUnreached(text, []))).toEqual(['const _I = "Image";', ...SHAPES]);
  });

  it('are known from the modules that the index leads to', () => {
    const asked = askedOfSchemas(join(folder, 'schemas', 'schemas_0.js'), (file) => readFileSync(file, 'utf8'));

    expect([...asked].sort()).toEqual(['DescribeImages$', 'Images$', 'ServiceException$']);
  });
});
