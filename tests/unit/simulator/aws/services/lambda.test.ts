import * as sdk from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { invokeAsync } from '../../../../../shared/aws/functions.ts';
import { lambdaService } from '../../../../../simulator/aws/services/lambda/service.ts';
import type { AccessRequest } from '../../../../../simulator/aws/types.ts';
import type { AliasRoute } from '../../../../../simulator/lambda/qualifiers.ts';
import { simulatedClient } from '../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../support/test-cloud.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:joinery-prod-release-lease';

describe('the simulated Lambda API', () => {
  let world: TestCloud;
  let client: Pick<sdk.LambdaClient, 'send'>;
  const asked: AccessRequest[] = [];
  const routes: Record<string, AliasRoute> = {};
  const invoked: unknown[] = [];
  beforeEach(() => {
    asked.length = 0;
    invoked.length = 0;
    const functions = {
      exists: (arn: string) => arn === ARN,
      invokeAsync: (_: string, event: unknown) => void invoked.push(event),
      routeOf: (arn: string) => routes[arn],
      setRoute: (arn: string, route: AliasRoute) => {
        routes[arn] = route;
      },
    };
    routes[`${ARN}:live`] = { version: '1' };
    world = startTestCloud([{ service: lambdaService(functions), sdk }], {
      authorize: (request) => void asked.push(request),
    });
    client = simulatedClient<sdk.LambdaClient>(world.cloud, 'Lambda');
  });
  afterEach(() => world.simulation.close());
  const run = <T>(promise: Promise<T>) => world.simulation.runUntil(promise);

  it('hands an event to a function, for which the caller needs the permission on it', async () => {
    await run(invokeAsync(client, ARN, { a: ['b'] }));

    expect(invoked).toEqual([{ a: ['b'] }]);
    expect(asked).toEqual([{ action: 'lambda:InvokeFunction', resource: ARN }]);
  });

  it('knows no other function', async () => {
    await expect(run(invokeAsync(client, `${ARN}-2`, {}))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('leads an alias to another version, for a share of the work or for all of it', async () => {
    const alias = { FunctionName: ARN, Name: 'live' };
    const update = (more: object) => run(client.send(new sdk.UpdateAliasCommand({ ...alias, ...more })));
    const weights = (AdditionalVersionWeights: Record<string, number>) => ({
      RoutingConfig: { AdditionalVersionWeights },
    });

    await update(weights({ '2': 0.1 }));
    expect(await run(client.send(new sdk.GetAliasCommand(alias)))).toEqual({
      AliasArn: `${ARN}:live`,
      Name: 'live',
      FunctionVersion: '1',
      ...weights({ '2': 0.1 }),
    });
    await expect(update({ FunctionVersion: '2' })).rejects.toThrow("already the alias's own");
    await update({ FunctionVersion: '2', ...weights({}) });
    expect(routes[`${ARN}:live`]).toEqual({ version: '2' });
    await expect(update(weights({ '3': 1.5 }))).rejects.toThrow('between 0 and 1');
    await expect(update(weights({ '3': 0.1, '4': 0.1 }))).rejects.toThrow('cannot be greater than 1');
    await expect(update({ Name: 'dead' })).rejects.toThrow(`Cannot find alias arn: ${ARN}:dead`);
    expect([...new Set(asked.map(({ action }) => action))]).toEqual(['lambda:UpdateAlias', 'lambda:GetAlias']);
    expect([...new Set(asked.map(({ resource }) => resource))]).toEqual([ARN]);
  });

  it('takes one megabyte of JSON and nothing else', async () => {
    const invoke = (Payload: Uint8Array) =>
      run(client.send(new sdk.InvokeCommand({ FunctionName: ARN, InvocationType: 'Event', Payload })));
    const text = (value: string) => new TextEncoder().encode(value);

    await expect(invoke(text('{'))).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await expect(invoke(text(`"${'x'.repeat(1_048_575)}"`))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    await expect(invoke(text('7'))).resolves.toEqual({ StatusCode: 202 });
  });

  it.each([
    { InvocationType: 'RequestResponse' as const },
    { InvocationType: 'Event' as const, Qualifier: 'live' },
    { InvocationType: 'Event' as const, FunctionName: 'joinery-prod-release-lease' },
  ])('refuses what it does not simulate: %j', async (input) => {
    await expect(run(client.send(new sdk.InvokeCommand({ FunctionName: ARN, ...input })))).rejects.toThrow(
      'not simulated',
    );
  });
});
