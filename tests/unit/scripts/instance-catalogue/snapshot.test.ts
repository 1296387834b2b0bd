import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fromReference } from '../../../../scripts/instance-catalogue/from-reference.ts';
import { snapshotText } from '../../../../scripts/instance-catalogue/write.ts';
import { aboutSnapshot, instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import { COLUMNS, readTypes } from '../../../../shared/instance-types/row.ts';
import { NAMES_WITHOUT_FACTS } from '../../../../shared/instance-types/snapshot.ts';

const ROOT = new URL('../../../../', import.meta.url);
const reference = new URL('../shared/data/', ROOT);
const committed = readFileSync(new URL('shared/instance-types/snapshot.ts', ROOT), 'utf8');
/** An account's snapshot is not what the reference gives, and need not be. */
const isOfReference = aboutSnapshot().types.includes('state of spring 2026');

describe('the committed snapshot', () => {
  it('is what its own types are written as', () => {
    const namesWithoutFacts = NAMES_WITHOUT_FACTS.split(' ');

    expect(snapshotText({ about: aboutSnapshot(), types: instanceTypes(), namesWithoutFacts })).toBe(committed);
  });

  const compare = existsSync(reference) && isOfReference ? it : it.skip;
  compare(
    'is what the script makes of ../shared/data (skipped where that is absent, or the snapshot is of an account)',
    () => {
      expect(snapshotText(fromReference(reference))).toBe(committed);
    },
  );

  it('is refused when a line lacks a cell or the columns are others', () => {
    expect(() => readTypes(`${COLUMNS.join()}\nm5.large`)).toThrow('1 cells in m5.large');
    expect(() => readTypes('name,memory\nm5.large,8')).toThrow('unknown columns name,memory');
  });
});
