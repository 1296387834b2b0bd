import { describe, expect, it } from '@jest/globals';
import { boundaryTemplate, clusterStackBody, serviceRoleStatements, stackCloud } from '../support/stack-cloud.ts';

describe("the stacks' service role", () => {
  const sids = serviceRoleStatements(boundaryTemplate()).map(({ Sid }) => Sid);

  /** Creates, updates and deletes a stack; what each ended with. */
  const lifeOfAStack = async (without?: string): Promise<string[]> => {
    const template = boundaryTemplate();
    const statements = serviceRoleStatements(template);
    const index = statements.findIndex(({ Sid }) => Sid === without);
    if (index >= 0) statements.splice(index, 1);
    const world = await stackCloud({ template });
    try {
      const input = world.stackInput('banking', { DirectSpotRule: 'true' });
      const { StackId } = await world.call<{ StackId: string }>('CloudFormation', 'CreateStack', input);
      const creation = await world.settled(StackId);
      if (creation !== 'CREATE_COMPLETE') return [creation, ...(await world.failures(StackId))];
      const renamed = world.stackInput('banking', {
        KarpenterServiceAccount: 'controller',
        DirectSpotRule: 'true',
      });
      await world.call('CloudFormation', 'UpdateStack', renamed);
      const update = await world.settled(StackId);
      await world.call('CloudFormation', 'DeleteStack', { StackName: input.StackName });
      return [creation, update, await world.settled(StackId)];
    } finally {
      world.simulation.close();
    }
  };

  it('creates, updates and deletes a stack', async () => {
    expect(await lifeOfAStack()).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);
  });

  it.each(sids)('needs its statement %s', async (sid) => {
    const ends = await lifeOfAStack(sid);

    expect(ends).not.toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);
    expect(ends.join()).toMatch(/not authorized to perform|FAILED/);
  });

  it('makes no role without the boundary, outside of the path, or with a policy of another kind', async () => {
    const world = await stackCloud();
    const attempt = async (change: (body: string) => string): Promise<string> => {
      const input = { ...world.stackInput('banking'), TemplateBody: change(clusterStackBody()) };
      const { StackId } = await world.call<{ StackId: string }>('CloudFormation', 'CreateStack', input);
      const status = await world.settled(StackId);
      const failures = await world.failures(StackId);
      await world.call('CloudFormation', 'DeleteStack', { StackName: StackId });
      await world.settled(StackId);
      await world.simulation.runFor(61);
      return `${status} ${failures.join()}`;
    };

    const unbound = await attempt((body) => body.replaceAll(/ +PermissionsBoundary: .*\n/g, ''));
    const elsewhere = await attempt((body) => body.replaceAll('Path: !Ref RolePath', 'Path: /'));
    const wider = await attempt((body) =>
      body.replace('policy/AmazonEKS_CNI_Policy', 'policy/service-role/AWSLambdaBasicExecutionRole'),
    );
    world.simulation.close();

    expect(unbound).toMatch(/^ROLLBACK_COMPLETE .*not authorized to perform: iam:CreateRole/);
    expect(elsewhere).toMatch(/^ROLLBACK_COMPLETE .*not authorized to perform: iam:CreateRole/);
    expect(wider).toMatch(/^ROLLBACK_COMPLETE .*not authorized to perform: iam:AttachRolePolicy/);
  });
});
