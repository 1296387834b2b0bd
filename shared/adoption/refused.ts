import { OpsError } from '../errors/ops-error.ts';
import type { Adoption, ConsentedChange } from './adopt.ts';

/** `authentication mode of eksctl-prod: CONFIG_MAP -> API_AND_CONFIG_MAP`. */
export function changeText({ resource, name, before, after }: ConsentedChange): string {
  const text = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${[value].flat().join(', ')}`)
      .join(', ');
  return `${resource} of ${name}: ${before ? `${text(before)} -> ` : ''}${text(after)}`;
}

/** What the file would have to consent to, each consent with every change that it would allow. */
export function consentFaults({ changes, missing }: Adoption): { consent: string; message: string }[] {
  return missing.map((consent) => {
    const allowed = changes.filter((change) => change.consent === consent);
    const lines = allowed.map((change) => `${changeText(change)} (${change.why})`);
    return {
      consent,
      message: `without the consent ${consent} nothing is changed. It would change ${lines.join('; ')}`,
    };
  });
}

/** Everything that stands in the way, at once. */
export function adoptionRefused(cluster: string, adoption: Adoption): OpsError {
  const lines = [
    ...adoption.refusals.map(({ id, message, fix }) => `- ${id}: ${message}. Fix: ${fix}.`),
    ...consentFaults(adoption).map(
      ({ consent, message }) => `- consent: ${message}. Fix: put ${consent} into spec.consent, or do it yourself.`,
    ),
  ];
  const head = `Joinery does not adopt ${cluster}; what it had changed for the look is taken back, except for an authentication mode, which EKS never takes back.`;
  return new OpsError('AdoptionRefused', [head, ...lines].join('\n'), {
    details: { refusals: adoption.refusals.map(({ id }) => id), consents: adoption.missing },
  });
}
