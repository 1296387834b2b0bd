import { TRUE, type Verdict } from '../conditions.ts';
import { type Controller, isAwsError } from '../controller.ts';
import { LABELS } from '../names.ts';
import { templateInput } from '../node-claim/launch-template.ts';
import type { NodeClass } from '../objects.ts';
import { requirementsOf } from '../requirements.ts';
import { launchTags, tagPairs } from './tags.ts';

/** A pool's name for the dry runs; tags have to be there, whatever they say. */
const DRY_RUN_POOL = 'dryrun';

const FORBIDDEN_TAGS = [
  /^eks:eks-cluster-name$/,
  /^kubernetes\.io\/cluster/,
  /^karpenter\.sh\/node(pool|claim)$/,
  /^karpenter\.k8s\.aws\/ec2nodeclass$/,
];

/** Whether the controller may launch what the class describes: asked of EC2 without launching anything. */
export async function validateLaunches(controller: Controller, nodeClass: NodeClass): Promise<Verdict> {
  const forbidden = Object.keys(nodeClass.spec.tags ?? {}).find((key) => FORBIDDEN_TAGS.some((one) => one.test(key)));
  if (forbidden !== undefined) {
    return {
      status: 'False',
      reason: 'TagValidationFailed',
      message: `${forbidden} tag does not pass tag validation requirements`,
    };
  }
  if (controller.settings.isDryRunDisabled) return TRUE;
  if (!mayCreateFleet(controller, nodeClass)) return unauthorized('CreateFleet');
  const template = templateInput(controller, {
    nodeClass,
    poolName: DRY_RUN_POOL,
    imageId: nodeClass.status?.amis?.[0]?.id ?? '',
    capacityType: 'on-demand',
    labels: {},
  });
  if (!(await isDryRunAllowed(controller, 'CreateLaunchTemplate', template)))
    return unauthorized('CreateLaunchTemplate');
  if (!(await isDryRunAllowed(controller, 'RunInstances', instanceInput(controller, nodeClass)))) {
    return unauthorized('RunInstances');
  }
  return TRUE;
}

function unauthorized(call: string): Verdict {
  const message = `Controller isn't authorized to call ec2:${call}`;
  return { status: 'False', reason: `${call}AuthCheckFailed`, message };
}

/**
 * The simulated EC2 looks a dry run's launch template up before the permissions, and a class has none before its first
 * launch; so the permissions to make a fleet are asked of the evaluator, with the tags that a launch has.
 */
function mayCreateFleet(controller: Controller, nodeClass: NodeClass): boolean {
  const tags = launchTags(controller, nodeClass, DRY_RUN_POOL);
  const keys = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
  const context = { ...keys, 'aws:TagKeys': Object.keys(tags), 'ec2:Region': controller.region };
  const arn = (type: string) => `arn:aws:ec2:${controller.region}:${controller.accountId}:${type}/*`;
  return ['fleet', 'instance', 'volume'].every((type) => controller.mayCall('ec2:CreateFleet', arn(type), context));
}

function instanceInput(controller: Controller, nodeClass: NodeClass): object {
  const [image] = nodeClass.status?.amis ?? [];
  const isArm =
    requirementsOf(image?.requirements ?? [])
      .get(LABELS.arch)
      ?.values.has('arm64') ?? false;
  const Tags = tagPairs(launchTags(controller, nodeClass, DRY_RUN_POOL));
  return {
    MinCount: 1,
    MaxCount: 1,
    ImageId: image?.id,
    InstanceType: isArm ? 'm6g.large' : 'm5.large',
    SubnetId: nodeClass.status?.subnets?.[0]?.id,
    SecurityGroupIds: (nodeClass.status?.securityGroups ?? []).map(({ id }) => id),
    IamInstanceProfile: { Name: nodeClass.status?.instanceProfile },
    TagSpecifications: ['instance', 'volume', 'network-interface'].map((ResourceType) => ({ ResourceType, Tags })),
  };
}

async function isDryRunAllowed({ aws }: Controller, operation: string, input: object): Promise<boolean> {
  try {
    await aws('EC2', operation, { ...input, DryRun: true });
    return true;
  } catch (error) {
    if (isAwsError(error) && error.name === 'DryRunOperation') return true;
    if (isAwsError(error) && error.name === 'UnauthorizedOperation') return false;
    throw error;
  }
}
