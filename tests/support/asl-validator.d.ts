declare module 'asl-validator' {
  type Verdict = { readonly isValid: boolean; errorsText(separator?: string): string };
  /** Changes the definition that it is given. */
  export default function validate(
    definition: object,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): Verdict;
}
