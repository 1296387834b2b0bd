import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { answeredBefore, rememberAnswer } from './client-tokens.ts';
import { terminateInstance } from './instance-lifecycle.ts';
import { instanceView } from './instance-view.ts';
import { launchInstance } from './launch.ts';
import { launchAccess } from './launch-access.ts';
import { checkParts } from './launch-checks.ts';
import {
  type LaunchData,
  type LaunchSpecification,
  mergedTags,
  specificationOf,
  TAGGED_AT_LAUNCH,
} from './launch-specification.ts';
import { templateData } from './launch-templates.ts';
import { ec2Operation } from './operations.ts';
import { specifiedTags } from './tags.ts';
import { ec2World, type Instance } from './world.ts';

/** The request's own words win over its launch template's. */
function specificationIn(simulation: Simulation, input: RunInstancesRequest): LaunchSpecification {
  const { LaunchTemplate: reference, TagSpecifications, MinCount, MaxCount, DryRun, ClientToken, ...own } = input;
  const from = reference ? templateData(simulation, reference) : undefined;
  const stated = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const specification = specificationOf(simulation, { ...from?.data, ...stated } as LaunchData);
  return {
    ...specification,
    tags: mergedTags(specification.tags, specifiedTags(TagSpecifications, TAGGED_AT_LAUNCH)),
    launchTemplate: from && { id: from.template.id, version: from.version },
  };
}

export const runInstances = ec2Operation<RunInstancesRequest, Reservation>({
  authorize(input, context) {
    const specification = specificationIn(context.simulation, input);
    checkParts(context.simulation, specification);
    return launchAccess(context, [specification], ['ec2:RunInstances']);
  },
  run(input, context) {
    const { simulation, caller, accountId } = context;
    const answer = answeredBefore<{ ids: string[] }>(simulation, 'RunInstances', input);
    if (answer) return reservationOf(answer.ids.flatMap((id) => ec2World(simulation).instances[id] ?? []));
    const specification = specificationIn(simulation, input);
    const min = input.MinCount ?? 1;
    const max = input.MaxCount ?? min;
    if (min < 1 || max < min) throw new SimulatedAwsError('InvalidParameterValue', `Invalid counts ${min} and ${max}`);
    const launched: Instance[] = [];
    while (launched.length < max) {
      try {
        launched.push(launchInstance(simulation, specification, { launcherRoleArn: caller.roleArn }));
      } catch (error) {
        if (launched.length >= min) break;
        for (const { id } of launched) terminateInstance(simulation, id);
        throw error;
      }
    }
    rememberAnswer(simulation, 'RunInstances', input, { ids: launched.map(({ id }) => id) });
    return reservationOf(launched);

    function reservationOf(instances: readonly Instance[]): Reservation {
      return {
        ReservationId: instances[0]?.reservationId,
        OwnerId: accountId,
        Groups: [],
        Instances: instances.map((instance) => instanceView(instance, context)),
      };
    }
  },
});
