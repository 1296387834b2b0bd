import { randomBytes } from 'node:crypto';
import { Cloud } from '../aws/cloud.ts';
import { interceptAwsCalls } from '../aws/current-caller.ts';
import { createAuthorizer, decideForCaller } from '../aws/iam/authorizer.ts';
import { countExecution } from '../aws/services/cloudwatch/counters.ts';
import { authenticateToken } from '../aws/services/eks/access/authenticate.ts';
import { stsForEks } from '../aws/services/eks/adapters.ts';
import { emitEvent } from '../aws/services/eventbridge/bus.ts';
import { executionStatusChange } from '../aws/services/eventbridge/events/step-functions.ts';
import { settleRoles } from '../aws/services/iam/state.ts';
import { bucketPolicy } from '../aws/services/s3/buckets.ts';
import type { ExecutionRecord } from '../aws/services/sfn/executions.ts';
import { topicPolicy } from '../aws/services/sns/policies.ts';
import { queuePolicy } from '../aws/services/sqs/state.ts';
import { credentialsFor } from '../aws/services/sts/sessions.ts';
import type { Caller } from '../aws/types.ts';
import { type BootedStack, bootStack } from '../cloudformation/boot-stack.ts';
import { providerTable } from '../cloudformation/provider.ts';
import { standardProviders } from '../cloudformation/standard-providers.ts';
import type { Template } from '../cloudformation/template.ts';
import { Simulation, type World } from '../core/simulation.ts';
import { karpenterPodBehaviour } from '../karpenter/pods/pod-behaviour.ts';
import { nodeRolesEffect } from '../karpenter/pods/pods-of-nodes.ts';
import { annotatedRole, isNodeAlive } from '../karpenter/ports.ts';
import { karpenterPodLog } from '../karpenter/reporting/log.ts';
import { karpenterMetricsPage } from '../karpenter/reporting/metrics-page.ts';
import { startKarpenter } from '../karpenter/start.ts';
import { startControllers } from '../kubernetes/controllers/start.ts';
import type { KubeUser } from '../kubernetes/types.ts';
import { type AsynchronousInvocations, asynchronousInvocations } from '../lambda/asynchronous.ts';
import type { FunctionConfig, VersionConfig } from '../lambda/function-config.ts';
import { startMappings } from '../lambda/mappings/pollers.ts';
import { createLambdaRuntime, type LambdaRuntime } from '../lambda/runtime.ts';
import { createEngine, type EngineHooks, type StepFunctionsEngine } from '../stepfunctions/engine.ts';
import { type DeploymentOutcome, deployVersion } from './code-deploy.ts';
import { type Deployment, emptyDeployment } from './deployment.ts';
import { type KubernetesClusters, kubernetesClusters } from './kubernetes-port.ts';
import { logLines } from './log-lines.ts';
import { podIdentityWebhook } from './pod-identity-webhook.ts';
import { codeDeployProviders } from './providers/code-deploy.ts';
import { eventInvokeConfigProvider } from './providers/event-invoke-config.ts';
import { mappingProvider } from './providers/event-source-mappings.ts';
import { functionProvider, layerProvider, permissionProvider } from './providers/functions.ts';
import { keyAliasProvider, keyProvider } from './providers/keys.ts';
import { stateMachineProvider } from './providers/state-machines.ts';
import { bucketPolicyProvider, bucketProvider, logGroupProvider, tableProvider } from './providers/storage.ts';
import { subscriptionProvider, topicPolicyProvider, topicProvider } from './providers/topics.ts';
import { aliasProvider, versionProvider } from './providers/versions.ts';
import { startServiceLoadBalancers } from './service-load-balancers.ts';
import { simulatedServices } from './services.ts';
import { type TaskEvent, taskRunner } from './task-runner.ts';

export type AccountOptions = {
  readonly seed: number;
  readonly startAt: string;
  readonly accountId: string;
  readonly region: string;
  /** The compiled deployment template. */
  readonly template: Template;
  readonly stackName: string;
  /** The checkout, and the folder of the unpacked kubectl layer. */
  readonly root: string;
  readonly layerFolder: string;
  /** What the functions' packages hold beside their code, when it is not the checkout. */
  readonly taskRoot?: string;
  readonly hooks?: EngineHooks & { readonly onTask?: (event: TaskEvent) => void };
  readonly injectFault?: ConstructorParameters<typeof Cloud>[0]['injectFault'];
  /** How many of the last AWS calls the trace keeps; without it, all. */
  readonly traceLimit?: number | undefined;
  /** Takes what functions write to their logs past the logger: metrics. */
  readonly onLogLine?: ((functionName: string, line: string) => void) | undefined;
};

const VISITOR: KubeUser = { username: 'visitor', groups: ['system:masters', 'system:authenticated'] };

/** A simulated account with the deployment stack in it. */
export type Account = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly stack: BootedStack;
  readonly engine: StepFunctionsEngine;
  readonly runtime: LambdaRuntime;
  readonly kubernetes: KubernetesClusters;
  /** The person who deploys and starts runs; may do everything. */
  readonly deployer: Caller;
  /** A bearer token with which a person is cluster admin of every simulated cluster. */
  readonly visitorToken: string;
  /** Starts an execution of a machine by its short name, such as bootstrap-cluster, and gives its ARN. */
  startExecution(machine: string, input: object): Promise<string>;
  /** Resolves when the execution has ended, however. The world must be run meanwhile. */
  ended(executionArn: string): Promise<ExecutionRecord>;
  /**
   * Deploys a new version of the function behind an alias of the template, of the present code or of another: at once, or through
   * CodeDeploy where the alias has such an update policy.
   */
  deployVersion(aliasId: string, code?: VersionConfig['code']): Promise<DeploymentOutcome>;
  restore(world: World): void;
  close(): Promise<void>;
};

/** Boots the whole account from the template: what the template does not wire is not there. */
export async function bootAccount(options: AccountOptions): Promise<Account> {
  const { accountId, region, seed, startAt } = options;
  const simulation = new Simulation({ seed, startAt });
  const giveSdkBack = interceptAwsCalls();
  const deployer: Caller = { roleArn: `arn:aws:iam::${accountId}:role/deployer`, sessionName: 'deployer' };
  const visitorToken = randomBytes(24).toString('base64url');
  const deployment = emptyDeployment();
  let cloud: Cloud | undefined;
  let engine: StepFunctionsEngine | undefined;
  let runtime: LambdaRuntime | undefined;
  let asynchronous: AsynchronousInvocations | undefined;
  const theEngine = () => present(engine);
  const theRuntime = () => present(runtime);

  const kubernetes = kubernetesClusters({
    simulation,
    authenticate: (token, cluster) =>
      token === visitorToken ? VISITOR : authenticateToken(simulation, stsForEks, token, cluster),
    bringUp: (cluster) => {
      startControllers(cluster, {
        mutatePod: podIdentityWebhook({
          simulation,
          clusterName: cluster.name,
          region,
          roleOf: (namespace, serviceAccount) => annotatedRole(cluster, namespace, serviceAccount),
        }),
        podBehaviour: (pod) => {
          const place = { cluster, simulation, accountId, region };
          return nodeRolesEffect(pod, place) ?? karpenterPodBehaviour(pod, place);
        },
      });
      cluster.podPages.push(
        karpenterMetricsPage({
          cluster,
          simulation,
          isNodeAlive: (node) => isNodeAlive(simulation, cluster.name, node),
        }),
      );
      cluster.podLogs.push(karpenterPodLog(cluster));
      const balancing: Caller = { roleArn: `arn:aws:iam::${accountId}:role/aws-service/ELB`, sessionName: 'aws' };
      startServiceLoadBalancers({
        cluster,
        simulation,
        accountId,
        region,
        context: () => present(cloud).context(balancing),
      });
      startKarpenter({
        cluster,
        cloud: { call: (...call) => present(cloud).call(...call) },
        simulation,
        accountId,
        region,
      });
    },
  });
  cloud = new Cloud({
    simulation,
    accountId,
    region,
    services: simulatedServices({
      kubernetes,
      engine: {
        knows: (arn) => theEngine().knows(arn),
        start: (record) => theEngine().start(record),
        abort: (arn, error, cause) => theEngine().abort(arn, error, cause),
      },
      functions: {
        exists: (arn) => theRuntime().functionOf(arn) !== undefined,
        admits: (arn, principal, sourceArn) => admits(deployment, arn, principal, sourceArn),
        invokeAsync: (arn, event) => present(asynchronous).invokeAsync(arn, event),
        routeOf: (arn) => theRuntime().routeOf(arn),
        setRoute: (arn, route) => theRuntime().setRoute(arn, route),
      },
    }),
    authorize: createAuthorizer({
      deployerRoleArns: [deployer.roleArn],
      resourcePolicy: (request, context, serviceId) =>
        queuePolicy(request, context, serviceId) ??
        topicPolicy(request, context, serviceId) ??
        bucketPolicy(request, context, serviceId),
    }),
    ...(options.injectFault ? { injectFault: options.injectFault } : {}),
    traceLimit: options.traceLimit,
  });

  const close = async (): Promise<void> => {
    await kubernetes.close();
    giveSdkBack();
    simulation.close();
  };
  const stack = await simulation
    .runUntil(deploy(options, cloud, deployer, deployment))
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });
  settleRoles(simulation);
  cloud.trace.entries.length = 0;

  asynchronous = asynchronousInvocations({
    simulation,
    cloud,
    runtime: theRuntime,
    configs: deployment.eventInvokeConfigs,
  });
  runtime = createLambdaRuntime({
    simulation,
    cloud,
    functions: deployment.functions,
    versions: deployment.versions,
    aliases: deployment.aliases,
    onLogLine: logLines(simulation, options.onLogLine),
    credentials: (caller) => environmentCredentials(simulation, caller),
    checkLogAccess: (config, caller) => requireLogAccess(cloud, config, caller),
  });
  startMappings({ simulation, cloud, runtime: theRuntime, mappings: deployment.mappings });
  engine = createEngine({
    simulation,
    machines: deployment.machines,
    runTask: taskRunner({ cloud, runtime: theRuntime, engine: theEngine, onTask: options.hooks?.onTask }),
    hooks: {
      ...options.hooks,
      onStatusChange: (record) => {
        emitEvent(simulation, executionStatusChange(record));
        countExecution(simulation, record);
        options.hooks?.onStatusChange?.(record);
      },
    },
  });

  return {
    simulation,
    cloud,
    stack,
    engine,
    runtime,
    kubernetes,
    deployer,
    visitorToken,
    startExecution: async (machine, input) => {
      const found = deployment.machines.find(({ name }) => name.endsWith(`-${machine}`));
      if (!found) throw new Error(`the template has no state machine ${machine}`);
      const request = { stateMachineArn: found.arn, input: JSON.stringify(input) };
      const { executionArn } = (await cloud.call('SFN', 'StartExecution', request, deployer)) as {
        executionArn: string;
      };
      return executionArn;
    },
    ended: (arn) => theEngine().ended(arn),
    deployVersion: async (aliasId, code) => {
      const alias = deployment.aliases.find(({ arn }) => arn === stack.resources[aliasId]?.physicalId);
      if (!alias) throw new Error(`the template has no alias ${aliasId}`);
      const { arn, functionArn } = alias;
      const version = theRuntime().publishVersion(functionArn, code);
      const groupId = deploymentGroupId(options.template, aliasId);
      if (groupId === undefined) {
        theRuntime().setRoute(arn, { version });
        return { status: 'Succeeded' };
      }
      const group = deployment.deploymentGroups.find(({ name }) => name === stack.resources[groupId]?.physicalId);
      if (!group) throw new Error(`the update policy of ${aliasId} names no deployment group of the template`);
      return deployVersion({ simulation, cloud }, group, {
        functionArn,
        name: arn.slice(functionArn.length + 1),
        version,
      });
    },
    restore: (world) => {
      theEngine().forget();
      simulation.restore(world);
      kubernetes.openAll();
    },
    close,
  };
}

function deploy(options: AccountOptions, cloud: Cloud, deployer: Caller, deployment: Deployment): Promise<BootedStack> {
  const providers = {
    ...standardProviders,
    ...providerTable(
      functionProvider(deployment, options),
      permissionProvider(deployment),
      eventInvokeConfigProvider(deployment),
      versionProvider(deployment),
      aliasProvider(deployment),
      mappingProvider(deployment),
      ...codeDeployProviders(deployment),
      layerProvider,
      stateMachineProvider(deployment),
      tableProvider,
      bucketProvider,
      bucketPolicyProvider,
      logGroupProvider(deployment),
      topicProvider,
      topicPolicyProvider,
      subscriptionProvider,
      keyProvider,
      keyAliasProvider,
    ),
  };
  const { template, stackName } = options;
  return bootStack({ template, stackName, providers, context: cloud.context(deployer) });
}

/** The logical id of the deployment group that shifts an alias. */
function deploymentGroupId(template: Template, aliasId: string): string | undefined {
  const update = template.Resources[aliasId]?.UpdatePolicy?.['CodeDeployLambdaAliasUpdate'] as
    | { readonly DeploymentGroupName?: { readonly Ref?: string } }
    | undefined;
  return update?.DeploymentGroupName?.Ref;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the account is not booted yet');
  return value;
}

/** Whether a permission of the template lets a service invoke a function for one of its resources. */
function admits({ permissions }: Deployment, functionArn: string, principal: string, sourceArn: string): boolean {
  return permissions.some(
    (permission) =>
      permission.functionArn === functionArn &&
      permission.principal === principal &&
      (permission.sourceArn === undefined || permission.sourceArn === sourceArn),
  );
}

function environmentCredentials(simulation: Simulation, caller: Caller): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsFor(simulation, caller, 12 * 3600);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}

/** On AWS a function without these rights works and its log is lost; here that is a fault. */
function requireLogAccess(cloud: Cloud, config: FunctionConfig, caller: Caller): void {
  const place = cloud.context(caller);
  const stream = `arn:aws:logs:${place.region}:${place.accountId}:log-group:/aws/lambda/${config.name}:log-stream:2026`;
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
    const decision = decideForCaller(place, caller, { action, resource: stream });
    if (!decision.allowed) throw new Error(`the log of ${config.name} is lost: ${action}: ${decision.reason}`);
  }
}
