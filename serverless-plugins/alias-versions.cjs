'use strict';

/**
 * An alias follows the version that this deployment publishes. The framework names a version by a hash of the function's code
 * and configuration, which no template can know: each alias without a version gets its function's here.
 */
class AliasVersions {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const versions = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Version');
        // The framework keeps a version that is left out of the template; one that is replaced is kept too.
        for (const [, version] of versions) version.UpdateReplacePolicy = version.DeletionPolicy;
        for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
          if (Type !== 'AWS::Lambda::Alias' || Properties.FunctionVersion !== undefined) continue;
          const functionId = Properties.FunctionName.Ref;
          const [version] = versions.find(([, version]) => version.Properties.FunctionName.Ref === functionId) ?? [];
          if (version === undefined) {
            throw new serverless.classes.Error(
              `Alias ${logicalId}: ${functionId} publishes no version. Set versionFunction: true in its function.yml.`,
            );
          }
          Properties.FunctionVersion = { 'Fn::GetAtt': [version, 'Version'] };
        }
      },
    };
  }
}

module.exports = AliasVersions;
