'use strict';

const { withReferences } = require('../scripts/with-references.ts');

/**
 * The framework ends packaging by writing its state, and takes longer to look for objects that occur twice than for all else it does
 * after the bundles are there. They are found for it here; the file is the same.
 */
module.exports = class QuickState {
  constructor({ utils }) {
    const { writeFileSync } = utils;
    utils.writeFileSync = (path, contents, cycles) => {
      const isData = cycles && path.endsWith('.json') && typeof contents === 'object';
      return writeFileSync(path, isData ? JSON.stringify(withReferences(contents), null, 2) : contents, cycles);
    };
  }
};
