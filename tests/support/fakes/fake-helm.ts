import { OpsError } from '../../../shared/errors/ops-error.ts';
import type { Helm, UpgradeOptions } from '../../../shared/helm/helm-cli.ts';
import type { Release, ReleaseContent } from '../../../shared/helm/releases.ts';
import { callRecorder } from './calls.ts';

type Revision = Omit<Release, 'content'> & ReleaseContent;

/** helm's record of releases, with its lock: a newest revision that is pending refuses everything but a rollback, and stays so after it. */
export function fakeHelm(journal: string[]) {
  const calls = callRecorder(journal);
  const revisions: Revision[] = [];
  const ofRelease = (name: string) => revisions.filter((revision) => revision.name === name);
  const add = (revision: Omit<Revision, 'revision'>) => {
    const before = ofRelease(revision.name);
    for (const [index, entry] of revisions.entries())
      if (entry.name === revision.name && entry.status === 'deployed')
        revisions[index] = { ...entry, status: 'superseded' };
    revisions.push({ ...revision, revision: before.length + 1 });
  };
  const helm: Helm = {
    history: async (release) =>
      ofRelease(release).map(({ name, revision, status, ...content }) => ({
        name,
        revision,
        status,
        content: () => content,
      })),
    upgradeInstall: async (options) => {
      calls.record(`helm upgrade ${options.release}`, options);
      if (ofRelease(options.release).at(-1)?.status.startsWith('pending-'))
        throw new OpsError('HelmFailed', 'another operation (install/upgrade/rollback) is in progress');
      const file = options.chart.split('/').at(-1) ?? '';
      add({
        name: options.release,
        status: 'deployed',
        chart: file.replace(/\.tgz$/, ''),
        description: options.description,
        values: options.values,
      });
    },
    rollback: async (release, _, revision) => {
      calls.record(`helm rollback ${release} ${revision}`, revision);
      const target = ofRelease(release).find((entry) => entry.revision === revision);
      if (!target) throw new OpsError('HelmFailed', `release has no ${revision} version`);
      add({ ...target, status: 'deployed', description: `Rollback to ${revision}` });
    },
  };
  return {
    ...calls,
    helm,
    connectHelm: async () => helm,
    add,
    upgrades: () =>
      [
        ...calls.inputsOf('helm upgrade karpenter'),
        ...calls.inputsOf('helm upgrade karpenter-crd'),
      ] as UpgradeOptions[],
  };
}
