import type { YAMLMap } from 'yaml';
import type { Reporter } from './report.ts';

/** One object on its way to v1: its tree is changed in place. */
export type Resource = {
  readonly root: YAMLMap;
  readonly report: Reporter;
  /** Kind and name as they will be, such as NodePool/default. */
  readonly kind: string;
  readonly name: string | undefined;
};
