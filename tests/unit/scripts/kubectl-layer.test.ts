import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { kubectlLayer } from '../../../scripts/kubectl-layer.ts';

describe('the kubectl layer', () => {
  it('holds the versions of helm and kubectl that the functions were written for', () => {
    const { helm, kubectl } = kubectlLayer();

    const versions = [
      execFileSync(helm, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' }),
      JSON.parse(execFileSync(kubectl, ['version', '--client', '--output', 'json'], { encoding: 'utf8' })),
    ];

    expect(versions).toEqual([
      'v4.1.4',
      expect.objectContaining({ clientVersion: expect.objectContaining({ gitVersion: 'v1.35.2' }) }),
    ]);
  });
});
