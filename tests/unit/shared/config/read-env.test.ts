import { describe, expect, it } from '@jest/globals';
import { readEnv } from '../../../../shared/config/read-env.ts';

describe('the environment of a function', () => {
  it('is what was asked for, and nobody can change it', () => {
    const env = readEnv(['TABLE_NAME', 'BUCKET'], { TABLE_NAME: 'fleet', BUCKET: 'documents', HOME: '/' });

    expect(env).toEqual({ TABLE_NAME: 'fleet', BUCKET: 'documents' });
    expect(Object.isFrozen(env)).toBe(true);
  });

  it('that lacks something, or has it empty, is refused with every name', () => {
    const read = () => readEnv(['TABLE_NAME', 'BUCKET', 'REGION'], { BUCKET: '', REGION: 'eu-west-1' });

    expect(read).toThrow('lacks TABLE_NAME, BUCKET.');
    expect(read).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });
});
