'use strict';

/** `provider.vpc` cannot be left out by a variable, so it is set here when the stack is given its vpc parameters. */
class OptionalVpc {
  constructor(serverless) {
    this.hooks = {
      initialize: () => {
        const { vpc } = serverless.service.custom;
        if (vpc.subnetIds.length > 0) serverless.service.provider.vpc = vpc;
      },
    };
  }
}

module.exports = OptionalVpc;
