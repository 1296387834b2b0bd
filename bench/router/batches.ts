import type { SQSEvent, SQSRecord } from 'aws-lambda';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
export const INGRESS = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/joinery-prod-UrgentIngress-1A2B3C4D5E6F`;

/** Hexadecimal of a number, as part of an id. */
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/**
 * The nth batch: ten notices of ten instances, which belong to `owners` clusters. Each instance has `eventsEach` events before the
 * next ones come, so that the container's memory is asked as a fleet asks it.
 */
export function batch(index: number, owners: number, instances: number, nowMs: number): SQSEvent {
  const time = `${new Date(nowMs - 1000).toISOString().slice(0, 19)}Z`;
  return {
    Records: Array.from({ length: 10 }, (_, position): SQSRecord => {
      const event = index * 10 + position;
      // With one owner the ten instances are ten apart, so that each batch is of one cluster.
      const instance = owners === 1 ? (event % instances) * 10 : event % instances;
      const id = `i-0abcdef0${hex(instance, 8)}0`.slice(0, 10) + hex(instance, 9);
      return {
        messageId: `19dd0b57-b21e-4ac1-bd88-${hex(event, 12)}`,
        receiptHandle: `AQEB${hex(event, 40)}`,
        body: JSON.stringify({
          version: '0',
          id: `5d0c7a1e-3b7f-4f0e-9f2b-${hex(event, 12)}`,
          'detail-type': 'EC2 Spot Instance Interruption Warning',
          source: 'aws.ec2',
          account: ACCOUNT,
          time,
          region: REGION,
          resources: [`arn:aws:ec2:${REGION}b:instance/${id}`],
          detail: { 'instance-id': id, 'instance-action': 'terminate' },
        }),
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(nowMs - 500),
          SenderId: 'AIDAMADEUP',
          ApproximateFirstReceiveTimestamp: String(nowMs - 100),
        },
        messageAttributes: {},
        md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:joinery-prod-UrgentIngress-1A2B3C4D5E6F`,
        awsRegion: REGION,
      };
    }),
  };
}
