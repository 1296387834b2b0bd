import type { Fault } from '../kube/schema/types.ts';
import type { JsonObject } from '../kube/schema/values.ts';
import { isLabelValue } from './label-syntax.ts';
import { objectAt, objectsAt } from './read-object.ts';

function invalid(path: string, message: string): Fault {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` };
}

type TermRules = {
  readonly field: string;
  readonly idPattern: RegExp;
  /** A term that has one of these has no other field. */
  readonly exclusive: readonly string[];
};

const TERMS: readonly TermRules[] = [
  { field: 'amiSelectorTerms', idPattern: /^ami-[0-9a-z]+$/, exclusive: ['alias', 'id', 'ssmParameter'] },
  { field: 'subnetSelectorTerms', idPattern: /^subnet-[0-9a-z]+$/, exclusive: ['id'] },
  { field: 'securityGroupSelectorTerms', idPattern: /^sg-[0-9a-z]+$/, exclusive: ['id', 'name'] },
  { field: 'capacityReservationSelectorTerms', idPattern: /^cr-[0-9a-z]+$/, exclusive: ['id'] },
];

function termFaults(spec: JsonObject, { field, idPattern, exclusive }: TermRules): Fault[] {
  return objectsAt(spec, field).flatMap((term, index) => {
    const path = `spec.${field}[${index}]`;
    const given = Object.keys(term);
    const faults: Fault[] = [];
    const name = exclusive.find((field) => given.includes(field));
    if (name !== undefined && given.length > 1) {
      const others = given.filter((other) => other !== name).join(', ');
      faults.push(invalid(path, `a term with ${name} has no other field, here ${others}`));
    }
    const { id } = term;
    if (typeof id === 'string' && !idPattern.test(id)) faults.push(invalid(`${path}.id`, `"${id}" is no id`));
    return faults;
  });
}

function amiFaults(spec: JsonObject): Fault[] {
  return objectsAt(spec, 'amiSelectorTerms').flatMap((term, index) => {
    const path = `spec.amiSelectorTerms[${index}]`;
    const { alias } = term;
    if (typeof alias === 'string' && !/^[a-z0-9]+@[A-Za-z0-9._-]+$/.test(alias)) {
      return [invalid(`${path}.alias`, `"${alias}" is no alias: family@version, with one @`)];
    }
    const isOwnerAlone = Object.keys(term).every((field) => field === 'owner');
    return isOwnerAlone ? [invalid(path, 'owner alone selects nothing: add tags or name')] : [];
  });
}

function volumeFaults(spec: JsonObject): Fault[] {
  return objectsAt(spec, 'blockDeviceMappings').flatMap((mapping, index) => {
    const path = `spec.blockDeviceMappings[${index}]`;
    const faults: Fault[] = [];
    if (typeof mapping['deviceName'] !== 'string' || mapping['deviceName'] === '') {
      faults.push(invalid(`${path}.deviceName`, 'EC2 needs the name of the device, such as /dev/xvda'));
    }
    const { volumeSize } = objectAt(mapping, 'ebs');
    if (typeof volumeSize === 'string' && !/^[0-9]/.test(volumeSize)) {
      faults.push(invalid(`${path}.ebs.volumeSize`, `"${volumeSize}" is a unit without a number`));
    }
    return faults;
  });
}

function thresholdFaults(spec: JsonObject): Fault[] {
  return ['evictionHard', 'evictionSoft'].flatMap((field) =>
    Object.entries(objectAt(spec, 'kubelet', field)).flatMap(([signal, threshold]) =>
      threshold === '' ? [invalid(`spec.kubelet.${field}.${signal}`, 'the threshold is empty')] : [],
    ),
  );
}

export function nodeClassFaults(object: JsonObject): Fault[] {
  const spec = objectAt(object, 'spec');
  const { name } = objectAt(object, 'metadata');
  const faults = [
    ...TERMS.flatMap((rules) => termFaults(spec, rules)),
    ...amiFaults(spec),
    ...volumeFaults(spec),
    ...thresholdFaults(spec),
  ];
  if (typeof name === 'string' && !isLabelValue(name)) {
    faults.push(
      invalid('metadata.name', `"${name}" becomes the label karpenter.k8s.aws/ec2nodeclass and is too long for one`),
    );
  }
  return faults;
}
