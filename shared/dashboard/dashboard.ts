import { backendSection } from './backend-section.ts';
import { placed, type Widget } from './body.ts';
import { CLUSTER_VARIABLE, clusterSection } from './cluster-section.ts';
import { fleetSection } from './fleet-section.ts';
import type { StackParts } from './stack-parts.ts';

/** The one dashboard of the stack. Its texts refer to resources as Fn::Sub does, and to a dollar sign as ${D}. */
export function dashboardBody(parts: StackParts): object {
  const alarms: Widget = {
    type: 'alarm',
    width: 24,
    height: 2,
    properties: {
      title: `Alarms that are not OK, of ${parts.alarms.length}`,
      alarms: parts.alarms.map(({ ref }) => ref),
      states: ['ALARM', 'INSUFFICIENT_DATA'],
      sortBy: 'stateUpdatedTimestamp',
    },
  };
  return {
    start: '-PT3H',
    periodOverride: 'inherit',
    variables: [CLUSTER_VARIABLE],
    widgets: placed([alarms, ...fleetSection(), ...clusterSection(), ...backendSection(parts)]),
  };
}
