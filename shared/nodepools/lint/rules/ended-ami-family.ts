import { objectsAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';
import { textOf } from '../view/text.ts';

/** The first Kubernetes version without images of Amazon Linux 2. */
const WITHOUT_AL2 = 33;

export const endedAmiFamily = classRule({
  id: 'ended-ami-family',
  severity: 'error',
  otherwise: 'warning where the Kubernetes version is below 1.33 or not known.',
  finds: 'Amazon Linux 2, as AMI family or alias.',
  breaks: 'It has ended: there are no images from Kubernetes 1.33 on, and the EC2NodeClass does not become Ready.',
  mend: 'amiSelectorTerms: [{ alias: al2023@v20261101 }]',
  check: ({ spec }, { context: { kubernetesVersion } }) => {
    const terms = objectsAt(spec, 'amiSelectorTerms');
    const index = terms.findIndex(({ alias }) => textOf(alias).toLowerCase().startsWith('al2@'));
    if (index < 0 && spec['amiFamily'] !== 'AL2') return [];
    const isGone = Number(kubernetesVersion?.split('.')[1] ?? 0) >= WITHOUT_AL2;
    return [
      {
        path: index < 0 ? 'spec.amiFamily' : `spec.amiSelectorTerms[${index}].alias`,
        severity: isGone ? 'error' : 'warning',
        reason: isGone
          ? `there are no Amazon Linux 2 images for Kubernetes ${kubernetesVersion}: the class never becomes Ready`
          : 'Amazon Linux 2 has ended: it gets no fixes, and Kubernetes 1.33 and later have no images of it',
        fix: 'under spec: amiSelectorTerms: [{ alias: al2023@v20261101 }], and no amiFamily',
      },
    ];
  },
});
