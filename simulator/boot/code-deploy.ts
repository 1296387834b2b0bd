import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Cloud } from '../aws/cloud.ts';
import { NotSimulatedError, SimulatedAwsError } from '../aws/errors.ts';
import type { Caller } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';

/** How new versions of a function come into use. */
export type DeploymentGroup = {
  readonly name: string;
  readonly roleArn: string;
  /** Such as CodeDeployDefault.LambdaCanary10Percent5Minutes. */
  readonly configuration: string;
  readonly alarmNames: readonly string[];
  readonly rollsBackOn: readonly string[];
};

/** Stopped: an alarm fired. Failed: CodeDeploy could not do its work. */
export type DeploymentOutcome = {
  readonly status: 'Succeeded' | 'Stopped' | 'Failed';
  readonly reason?: string;
};

type Step = { readonly weight: number; readonly minutes: number };

const ALARM_POLL_SECONDS = 15;
const CONFIGURATION =
  /^CodeDeployDefault\.Lambda(?:AllAtOnce|(?<way>Canary|Linear)(?<percent>\d+)Percent(?:Every)?(?<minutes>\d+)Minutes?)$/;

/**
 * Shifts an alias to a published version as CodeDeploy does, with the role of the group: a part of the invocations first, all of them when
 * the time is over and no alarm of the group has fired, and back to the version before when one has.
 */
export async function deployVersion(
  { simulation, cloud }: { readonly simulation: Simulation; readonly cloud: Cloud },
  group: DeploymentGroup,
  alias: { readonly functionArn: string; readonly name: string; readonly version: string },
): Promise<DeploymentOutcome> {
  const caller: Caller = { roleArn: group.roleArn, sessionName: 'codedeploy' };
  const call = <O>(service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, caller) as Promise<O>;
  const named = { FunctionName: alias.functionArn, Name: alias.name };
  const leadTo = (FunctionVersion: string, weights: Readonly<Record<string, number>> = {}) =>
    call('Lambda', 'UpdateAlias', { ...named, FunctionVersion, RoutingConfig: { AdditionalVersionWeights: weights } });
  const firing = async (): Promise<string | undefined> => {
    if (group.alarmNames.length === 0) return undefined;
    const input = { AlarmNames: group.alarmNames, StateValue: 'ALARM' };
    const { MetricAlarms } = await call<DescribeAlarmsOutput>('CloudWatch', 'DescribeAlarms', input);
    return MetricAlarms?.[0]?.AlarmName;
  };

  let before = '';
  try {
    ({ FunctionVersion: before = '' } = await call<AliasConfiguration>('Lambda', 'GetAlias', named));
    for (const { weight, minutes } of stepsOf(group.configuration)) {
      await leadTo(before, { [alias.version]: weight });
      const endMs = simulation.now() + minutes * 60_000;
      while (simulation.now() < endMs) {
        const alarm = await firing();
        if (alarm !== undefined) {
          if (group.rollsBackOn.includes('DEPLOYMENT_STOP_ON_ALARM')) await leadTo(before);
          return { status: 'Stopped', reason: `the alarm ${alarm} fired` };
        }
        await simulation.sleep(Math.min(ALARM_POLL_SECONDS, (endMs - simulation.now()) / 1000));
      }
    }
    await leadTo(alias.version);
    return { status: 'Succeeded' };
  } catch (error) {
    onlyAws(error);
    // What it may not do now either stays as it is, for a person to see.
    if (before !== '' && group.rollsBackOn.includes('DEPLOYMENT_FAILURE')) await leadTo(before).catch(onlyAws);
    return { status: 'Failed', reason: `${error.name}: ${error.message}` };
  }
}

/** AWS refused; what the simulator itself cannot do still ends the run. */
function onlyAws(error: unknown): asserts error is SimulatedAwsError {
  if (!(error instanceof SimulatedAwsError)) throw error;
}

/** What share of the invocations the new version has, and for how long, before it has all of them. */
function stepsOf(configuration: string): readonly Step[] {
  const { way, percent, minutes } = CONFIGURATION.exec(configuration)?.groups ?? {};
  if (configuration === 'CodeDeployDefault.LambdaAllAtOnce') return [];
  if (way === undefined) throw new NotSimulatedError(`the deployment configuration ${configuration}`);
  const first = { weight: Number(percent) / 100, minutes: Number(minutes) };
  if (way === 'Canary') return [first];
  const count = Math.ceil(1 / first.weight) - 1;
  return Array.from({ length: count }, (_, index) => ({ weight: first.weight * (index + 1), minutes: first.minutes }));
}
