import * as sdkCloudFormation from '@aws-sdk/client-cloudformation';
import * as sdkCloudWatch from '@aws-sdk/client-cloudwatch';
import * as sdkDynamoDb from '@aws-sdk/client-dynamodb';
import * as sdkEc2 from '@aws-sdk/client-ec2';
import * as sdkEks from '@aws-sdk/client-eks';
import * as sdkEventBridge from '@aws-sdk/client-eventbridge';
import * as sdkIam from '@aws-sdk/client-iam';
import * as sdkKms from '@aws-sdk/client-kms';
import * as sdkLambda from '@aws-sdk/client-lambda';
import * as sdkPricing from '@aws-sdk/client-pricing';
import * as sdkS3 from '@aws-sdk/client-s3';
import * as sdkServiceQuotas from '@aws-sdk/client-service-quotas';
import * as sdkSfn from '@aws-sdk/client-sfn';
import * as sdkSns from '@aws-sdk/client-sns';
import * as sdkSqs from '@aws-sdk/client-sqs';
import * as sdkSsm from '@aws-sdk/client-ssm';
import * as sdkSts from '@aws-sdk/client-sts';
import type { CloudOptions } from '../aws/cloud.ts';
import { cloudFormationService } from '../aws/services/cloudformation/service.ts';
import { publishThroughSns } from '../aws/services/cloudwatch/publish-through-sns.ts';
import { cloudWatchService } from '../aws/services/cloudwatch/service.ts';
import { dynamoDb } from '../aws/services/dynamodb/service.ts';
import { ec2ForEks } from '../aws/services/ec2/eks-port.ts';
import { ec2Service } from '../aws/services/ec2/service.ts';
import { iamForEks, nodesForEks } from '../aws/services/eks/adapters.ts';
import type { KubernetesPort } from '../aws/services/eks/ports.ts';
import { createEksService } from '../aws/services/eks/service.ts';
import type { FunctionTargets } from '../aws/services/eventbridge/delivery/targets.ts';
import { eventBridgeService } from '../aws/services/eventbridge/service.ts';
import { iamService } from '../aws/services/iam/service.ts';
import { kmsService } from '../aws/services/kms/service.ts';
import { type LambdaPorts, lambdaService } from '../aws/services/lambda/service.ts';
import { pricingService } from '../aws/services/pricing/service.ts';
import { s3 } from '../aws/services/s3/service.ts';
import { serviceQuotasService } from '../aws/services/service-quotas/service.ts';
import { createSfnService, type ExecutionEngine } from '../aws/services/sfn/index.ts';
import { snsService } from '../aws/services/sns/service.ts';
import { sqs } from '../aws/services/sqs/service.ts';
import { ssmService } from '../aws/services/ssm/service.ts';
import { stsService } from '../aws/services/sts/service.ts';

/** Every simulated service with the SDK module that its inputs are checked against: a new one is a folder and a line. */
export function simulatedServices(ports: {
  kubernetes: KubernetesPort;
  engine: ExecutionEngine;
  functions: FunctionTargets & LambdaPorts;
}): CloudOptions['services'] {
  const { kubernetes, engine, functions } = ports;
  const eks = createEksService({ kubernetes, nodes: nodesForEks(kubernetes), ec2: ec2ForEks, iam: iamForEks });
  return [
    { service: cloudFormationService(), sdk: sdkCloudFormation },
    { service: cloudWatchService(publishThroughSns), sdk: sdkCloudWatch },
    { service: dynamoDb, sdk: sdkDynamoDb },
    { service: ec2Service, sdk: sdkEc2 },
    { service: eks, sdk: sdkEks },
    { service: eventBridgeService(functions), sdk: sdkEventBridge },
    { service: iamService, sdk: sdkIam },
    { service: kmsService, sdk: sdkKms },
    { service: lambdaService(functions), sdk: sdkLambda },
    { service: pricingService, sdk: sdkPricing },
    { service: s3, sdk: sdkS3 },
    { service: serviceQuotasService, sdk: sdkServiceQuotas },
    { service: createSfnService(engine), sdk: sdkSfn },
    { service: snsService(functions), sdk: sdkSns },
    { service: sqs, sdk: sdkSqs },
    { service: ssmService, sdk: sdkSsm },
    { service: stsService, sdk: sdkSts },
  ];
}
