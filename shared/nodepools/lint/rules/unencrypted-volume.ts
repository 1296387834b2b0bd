import { objectAt, objectsAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';
import { textOf } from '../view/text.ts';

export const unencryptedVolume = classRule({
  id: 'unencrypted-volume',
  severity: 'warning',
  finds: 'A volume in `blockDeviceMappings` without `encrypted: true`.',
  breaks: 'Unless the account encrypts by default, images, logs and emptyDir volumes lie on disk in the clear.',
  mend: 'ebs: { volumeSize: 50Gi, volumeType: gp3, encrypted: true }',
  check: ({ spec }) =>
    objectsAt(spec, 'blockDeviceMappings').flatMap((mapping, index) => {
      const ebs = objectAt(mapping, 'ebs');
      if (mapping['ebs'] === undefined || ebs['encrypted'] === true) return [];
      return [
        {
          path: `spec.blockDeviceMappings[${index}].ebs.encrypted`,
          reason: `${textOf(mapping['deviceName']) || 'the volume'} is ${ebs['encrypted'] === false ? 'not encrypted' : 'encrypted only if the account does so by default'}: images, logs and emptyDir volumes lie there in the clear`,
          fix: `under spec.blockDeviceMappings[${index}].ebs: encrypted: true`,
        },
      ];
    }),
});
