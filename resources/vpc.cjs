'use strict';

/**
 * The functions run outside any VPC unless the stack is deployed with
 *   --param="vpcSubnetIds=subnet-a,subnet-b" --param="vpcSecurityGroupIds=sg-a"
 * which is what clusters with a private endpoint, or narrow publicAccessCidrs, need.
 */
async function read({ resolveVariable }) {
  const list = async (name) =>
    String((await resolveVariable(`param:${name}, ''`)) ?? '')
      .split(',')
      .filter(Boolean);
  const subnetIds = await list('vpcSubnetIds');
  const securityGroupIds = await list('vpcSecurityGroupIds');
  if ((subnetIds.length === 0) !== (securityGroupIds.length === 0)) {
    throw new Error('give both vpcSubnetIds and vpcSecurityGroupIds, or neither');
  }
  return { subnetIds, securityGroupIds };
}

const hasVpc = async (context) => (await read(context)).subnetIds.length > 0;

module.exports.vpc = read;

module.exports.stackHasVpc = async (context) => String(await hasVpc(context));

/** Lambda makes the network interfaces of a function in a VPC with the function's own role. */
module.exports.managedPolicies = async (context) =>
  (await hasVpc(context))
    ? [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' }]
    : [];
