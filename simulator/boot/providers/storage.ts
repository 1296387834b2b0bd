import { createTable, type TableDefinition } from '../../aws/services/dynamodb/tables.ts';
import { createBucket, setBucketPolicy } from '../../aws/services/s3/buckets.ts';
import { generatedName } from '../../cloudformation/naming.ts';
import { checkProperties, documentText, textOf } from '../../cloudformation/properties.ts';
import type { ResourceProvider } from '../../cloudformation/provider.ts';
import { TemplateError } from '../../cloudformation/template.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';

const TABLE = 'AWS::DynamoDB::Table';

export const tableProvider = fixed(TABLE, (properties, context) => {
  const known = {
    AttributeDefinitions: 'maps',
    BillingMode: 'text',
    DeletionProtectionEnabled: 'boolean',
    KeySchema: 'maps',
    PointInTimeRecoverySpecification: 'json',
    SSESpecification: 'json',
    TimeToLiveSpecification: 'json',
  } as const;
  checkProperties(TABLE, properties, known, ['AttributeDefinitions', 'KeySchema']);
  if (properties['BillingMode'] !== 'PAY_PER_REQUEST')
    throw new TemplateError(`${TABLE}: only PAY_PER_REQUEST is simulated`);
  const name = generatedName(context, 255);
  const { AttributeName } = (properties['TimeToLiveSpecification'] ?? {}) as { AttributeName?: string };
  createTable(context.simulation, {
    name,
    keySchema: properties['KeySchema'] as unknown as TableDefinition['keySchema'],
    attributeDefinitions: properties['AttributeDefinitions'] as unknown as TableDefinition['attributeDefinitions'],
    ...(AttributeName ? { timeToLiveAttribute: AttributeName } : {}),
    deletionProtection: properties['DeletionProtectionEnabled'] === true,
  });
  return {
    physicalId: name,
    attributes: { Arn: `arn:aws:dynamodb:${context.region}:${context.accountId}:table/${name}` },
  };
});

const BUCKET = 'AWS::S3::Bucket';

export const bucketProvider = fixed(BUCKET, (properties, context) => {
  const known = {
    BucketEncryption: 'json',
    LifecycleConfiguration: 'json',
    OwnershipControls: 'json',
    PublicAccessBlockConfiguration: 'json',
    VersioningConfiguration: 'json',
  } as const;
  checkProperties(BUCKET, properties, known);
  const name = generatedName(context, 63).toLowerCase();
  createBucket(context.simulation, { name });
  return { physicalId: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
});

const BUCKET_POLICY = 'AWS::S3::BucketPolicy';

export const bucketPolicyProvider = fixed(BUCKET_POLICY, (properties, { logicalId, simulation }) => {
  checkProperties(BUCKET_POLICY, properties, { Bucket: 'text', PolicyDocument: 'json' }, ['Bucket', 'PolicyDocument']);
  setBucketPolicy(simulation, textOf(properties, 'Bucket') ?? '', documentText(properties['PolicyDocument']));
  return { physicalId: logicalId, attributes: {} };
});

const LOG_GROUP = 'AWS::Logs::LogGroup';

export function logGroupProvider(deployment: Deployment): ResourceProvider {
  return fixed(LOG_GROUP, (properties, { region, accountId }) => {
    checkProperties(LOG_GROUP, properties, { LogGroupName: 'text', RetentionInDays: 'number' }, ['LogGroupName']);
    const name = textOf(properties, 'LogGroupName') ?? '';
    deployment.logGroups.add(name);
    return { physicalId: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
  });
}
