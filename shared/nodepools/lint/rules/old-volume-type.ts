import { objectAt, objectsAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';

const OLD = ['gp2', 'standard'];

export const oldVolumeType = classRule({
  id: 'old-volume-type',
  severity: 'warning',
  otherwise: 'info where no `volumeType` is given: EC2 and the image choose.',
  finds: 'A volume of type gp2 or standard.',
  breaks:
    'gp2 costs a fifth more than gp3 and, when small, runs out of burst credits: pulls of images then take minutes.',
  mend: 'ebs: { volumeSize: 50Gi, volumeType: gp3, encrypted: true }',
  check: ({ spec }) =>
    objectsAt(spec, 'blockDeviceMappings').flatMap((mapping, index) => {
      const { volumeType } = objectAt(mapping, 'ebs');
      const isGiven = typeof volumeType === 'string';
      if (mapping['ebs'] === undefined || (isGiven && !OLD.includes(volumeType))) return [];
      const path = `spec.blockDeviceMappings[${index}].ebs`;
      return [
        {
          path: `${path}.volumeType`,
          severity: isGiven ? ('warning' as const) : ('info' as const),
          reason: isGiven
            ? `${volumeType} costs more than gp3 for less: small volumes run out of bursts, and pulls of images take minutes`
            : 'no type is given: EC2 and the image choose, and may choose gp2',
          fix: `under ${path}: volumeType: gp3`,
        },
      ];
    }),
});
