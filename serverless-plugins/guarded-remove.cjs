'use strict';

/**
 * Removing the stack while clusters live would leave them without anyone who looks after them: `remove` is refused while the
 * registry holds a cluster that is not gone. The stack has termination protection, which a permitted removal lifts.
 */
class GuardedRemove {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'after:deploy:deploy': () => this.protect(true),
      'before:remove:remove': () => this.guard(),
    };
  }

  get stackName() {
    return this.serverless.getProvider('aws').naming.getStackName();
  }

  async clientConfig() {
    return this.serverless.getProvider('aws').getAwsSdkV3Config();
  }

  async protect(isProtected) {
    const { CloudFormationClient, UpdateTerminationProtectionCommand } = require('@aws-sdk/client-cloudformation');
    const client = new CloudFormationClient(await this.clientConfig());
    await client.send(
      new UpdateTerminationProtectionCommand({ StackName: this.stackName, EnableTerminationProtection: isProtected }),
    );
  }

  async guard() {
    const live = await this.liveClusters();
    if (live.length > 0) {
      throw new this.serverless.classes.Error(
        `The registry holds ${live.length} live cluster(s): ${live.join(', ')}. Remove them first; nothing was changed.`,
      );
    }
    await this.protect(false);
  }

  async liveClusters() {
    const { CloudFormationClient, DescribeStackResourceCommand } = require('@aws-sdk/client-cloudformation');
    const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
    const { ledgerTable } = await import('../shared/ledger/table.ts');
    const { listRegistry } = await import('../shared/ledger/registry.ts');
    const config = await this.clientConfig();
    const { StackResourceDetail } = await new CloudFormationClient(config).send(
      new DescribeStackResourceCommand({ StackName: this.stackName, LogicalResourceId: 'FleetTable' }),
    );
    const table = ledgerTable({
      dynamodb: new DynamoDBClient(config),
      tableName: StackResourceDetail.PhysicalResourceId,
    });
    return (await listRegistry(table)).map((row) => `${row.cluster} (${row.state})`);
  }
}

module.exports = GuardedRemove;
