'use strict';

/**
 * `serverless package` must not need an AWS account. With a `layers:` section the framework compares each layer with the one
 * of the deployed stack, which calls CloudFormation. While packaging there is nothing to compare with, so the comparison is
 * left out; `deploy` keeps it.
 */
class OfflineLayers {
  constructor(serverless) {
    this.hooks = {
      'before:package:compileLayers': () => {
        if (serverless.processedInput.commands[0] !== 'package') return;
        const compiler = serverless.pluginManager
          .getPlugins()
          .find((plugin) => plugin.constructor.name === 'AwsCompileLayers');
        if (typeof compiler?.compareWithLastLayer !== 'function') {
          throw new serverless.classes.Error(
            'offline-layers: AwsCompileLayers.compareWithLastLayer is gone from this version of osls. Adapt serverless-plugins/offline-layers.cjs.',
          );
        }
        compiler.compareWithLastLayer = async () => undefined;
      },
    };
  }
}

module.exports = OfflineLayers;
