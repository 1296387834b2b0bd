import type {
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@aws-sdk/client-cloudwatch';
import { NotSimulatedError, SimulatedAwsError } from '../../../errors.ts';
import { type CallContext, operation } from '../../../types.ts';
import { invalidValue } from '../checks.ts';
import { readDashboardBody } from './body.ts';

type Dashboards = Record<string, string>;

const dashboards = ({ simulation }: CallContext): Dashboards =>
  simulation.state('cloudwatch:dashboards', (): Dashboards => ({}));

const arnOf = ({ accountId }: CallContext, name: string) => `arn:aws:cloudwatch::${accountId}:dashboard/${name}`;

const notFound = (name: string | undefined) =>
  new SimulatedAwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);

export const dashboardOperations = {
  PutDashboard: operation<PutDashboardInput, PutDashboardOutput>({
    authorize: ({ DashboardName = '' }, context) => [
      { action: 'cloudwatch:PutDashboard', resource: arnOf(context, DashboardName) },
    ],
    run({ DashboardName: name = '', DashboardBody: text = '', Tags }, context) {
      if (Tags !== undefined) throw new NotSimulatedError('CloudWatch dashboards with tags');
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidValue(`the dashboard name ${name} is not valid`);
      const read = readDashboardBody(text);
      if ('faults' in read) {
        const faults = read.faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
        throw new SimulatedAwsError(
          'DashboardInvalidInputError',
          `The field DashboardBody must be a valid dashboard: ${faults}`,
        );
      }
      dashboards(context)[name] = text;
      return { DashboardValidationMessages: [] };
    },
  }),
  GetDashboard: operation<GetDashboardInput, GetDashboardOutput>({
    authorize: ({ DashboardName = '' }, context) => [
      { action: 'cloudwatch:GetDashboard', resource: arnOf(context, DashboardName) },
    ],
    run({ DashboardName: name = '' }, context) {
      const text = dashboards(context)[name];
      if (text === undefined) throw notFound(name);
      return { DashboardName: name, DashboardArn: arnOf(context, name), DashboardBody: text };
    },
  }),
  DeleteDashboards: operation<DeleteDashboardsInput, object>({
    authorize: ({ DashboardNames = [] }, context) =>
      DashboardNames.map((name) => ({ action: 'cloudwatch:DeleteDashboards', resource: arnOf(context, name) })),
    run({ DashboardNames = [] }, context) {
      const all = dashboards(context);
      const missing = DashboardNames.find((name) => all[name] === undefined);
      if (missing !== undefined) throw notFound(missing);
      for (const name of DashboardNames) delete all[name];
      return {};
    },
  }),
};
