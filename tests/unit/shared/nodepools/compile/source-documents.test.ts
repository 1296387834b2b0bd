import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compileText } from '../../../../../shared/nodepools/compile/compile.ts';

const folder = new URL('../../../../fixtures/nodepools/source-documents/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const NO_CLASS = 'spec.template.spec.nodeClassRef names no EC2NodeClass';
const NO_NAME = 'metadata.name Required value';
const noOperator = (index: number) => `spec.template.spec.requirements[${index}].operator is missing`;

describe('the pools of the source documents, as written there', () => {
  it.each<[string, string[]]>([
    ['002-custom-resource', ['spec.template Required value', 'spec.requirements Forbidden']],
    ['002-custom-resource-limits', ['spec.template Required value']],
    ['002-wildcards', [NO_NAME, NO_CLASS]],
    ['002-cost', [NO_NAME, NO_CLASS, noOperator(0)]],
    ['002-workloads', [NO_CLASS, NO_CLASS, NO_CLASS]],
    ['002-too-narrow', [NO_NAME, NO_CLASS, noOperator(0)]],
    ['002-too-open', [NO_NAME, NO_CLASS, noOperator(0)]],
    ['002-balanced', [NO_NAME, NO_CLASS, noOperator(0), noOperator(1), noOperator(2)]],
    ['002-amd64', [NO_CLASS]],
    ['002-explicit-types', [NO_CLASS, NO_CLASS, NO_CLASS]],
  ])('are refused for what they lack: %s', (name, reasons) => {
    const { errors, text } = compileText(read(`${name}.yaml`), `${name}.yaml`);

    expect(text).toBe('');
    expect(errors.map(({ path, message }) => `${path} ${message}`)).toEqual(
      reasons.map((reason) => expect.stringContaining(reason)),
    );
    expect(errors.every(({ line }) => line !== undefined)).toBe(true);
  });

  it.each(['002-workloads', '002-amd64', '002-explicit-types'])('compile once they have a class: %s', (name) => {
    const { errors, text } = compileText(read(`${name}.yaml`), `${name}.yaml`, { nodeClass: 'default' });

    expect(errors).toEqual([]);
    expect(text).toBe(read(`${name}.v1.yaml`));
  });

  it('compile once what they leave out is filled in', () => {
    const filled = read('002-balanced.yaml')
      .replace('spec:\n', 'metadata:\n  name: balanced\nspec:\n')
      .replaceAll(/( +)values:/g, '$1operator: In\n$1values:');

    const { errors, text } = compileText(filled, 'balanced.yaml', { nodeClass: 'default' });

    expect(errors).toEqual([]);
    expect(text).toBe(read('002-balanced.v1.yaml'));
  });

  it('say nothing of 003, which describes its pools in words: they are in the example', () => {
    const example = readFileSync(new URL('../../../../../examples/banking/cluster.yaml', import.meta.url), 'utf8');

    const { manifests, errors } = compileText(example, 'cluster.yaml');

    expect(errors).toEqual([]);
    expect(manifests.map((manifest) => (manifest['metadata'] as { name: string }).name)).toEqual(
      expect.arrayContaining(['banking-general', 'banking-compute']),
    );
  });
});
