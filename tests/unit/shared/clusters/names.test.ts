import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CLUSTER_NAME,
  NAME_LIMITS,
  namesOf,
  objectKeysOf,
  QUEUE_NAME,
  QUEUE_PREFIX,
} from '../../../../shared/clusters/names.ts';

const clusterName = fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);

/** Every derived name that must differ between two clusters, without case, as IAM compares. */
function identities(name: string): string[] {
  const { roleNames, discoveryValue: _, objectPrefix: __, ...names } = namesOf(name);
  return [...Object.values(names), ...Object.values(roleNames)].map((text) => text.toLowerCase());
}

describe('namesOf', () => {
  it('keeps a plain name readable', () => {
    expect(namesOf('banking-prod')).toMatchObject({
      stackName: 'joinery-cluster-banking-prod',
      queueName: 'joinery-cluster-banking-prod',
      nodeGroupName: 'banking-prod-bootstrap',
      discoveryValue: 'banking-prod',
      smokeTestNamespace: 'joinery-smoke-test-banking-prod',
      objectPrefix: 'clusters/banking-prod/',
    });
    expect(objectKeysOf('banking-prod', 'run-1').plan).toBe('clusters/banking-prod/runs/run-1/plan.json');
  });

  it('gives every cluster name that EKS takes names within their limits and alphabets', () => {
    fc.assert(
      fc.property(clusterName, (name) => {
        const names = namesOf(name);

        expect(name).toMatch(CLUSTER_NAME);
        expect(names.stackName).toMatch(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/);
        expect(names.queueName).toMatch(QUEUE_NAME);
        expect(names.queueName.length).toBeLessThanOrEqual(80);
        expect(names.nodeGroupName).toMatch(/^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/);
        for (const role of Object.values(names.roleNames)) expect(role).toMatch(/^[\w+=,.@-]{1,64}$/);
        expect(names.instanceProfileName.length).toBeLessThanOrEqual(NAME_LIMITS.instanceProfileName);
        for (const label of [names.smokeTestNamespace, names.smokeTestNodePool]) {
          expect(label).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/);
        }
        expect(names.queueName.startsWith(QUEUE_PREFIX)).toBe(true);
        expect(namesOf(name)).toEqual(names);
      }),
    );
  });

  it('gives two clusters no name in common', () => {
    fc.assert(
      fc.property(fc.uniqueArray(clusterName, { minLength: 2, maxLength: 20 }), (names) => {
        for (let kind = 0; kind < identities('a').length; kind += 1) {
          expect(new Set(names.map((name) => identities(name)[kind])).size).toBe(names.length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['case', 'Banking', 'banking'],
    ['an underscore', 'a_b', 'a-b'],
    ['the end of a long name', `${'x'.repeat(99)}1`, `${'x'.repeat(99)}2`],
    ['a closing hyphen', 'banking-', 'banking'],
  ])('tells clusters apart that differ in %s only', (_, one, other) => {
    const others = identities(other);

    expect(identities(one).filter((name) => others.includes(name))).toEqual([]);
  });

  it('takes no queue for a cluster that CloudFormation named, whatever the name of the stack', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('prod', 'cluster', 'cluster-a'),
        fc.stringMatching(/^[A-Z0-9]{12}$/),
        (stage, end) => {
          expect(`joinery-${stage}-UrgentIngress-${end}`).not.toMatch(QUEUE_NAME);
        },
      ),
    );
  });

  it('cannot be led to the hashed name of another cluster', () => {
    const victim = namesOf('Banking').queueName.slice(QUEUE_PREFIX.length);

    expect(namesOf(victim).queueName).not.toBe(namesOf('Banking').queueName);
  });
});
