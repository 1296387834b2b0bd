/** Warnings of the template checker that are accepted, by rule. One that no longer appears must go from here. */
export const ACCEPTED_WARNINGS: Readonly<Record<string, string>> = {
  W3005: 'osls adds a DependsOn for each role of a function, which its Role property implies already',
};
