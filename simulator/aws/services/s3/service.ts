import type { SimulatedService } from '../../types.ts';
import { listObjectsV2 } from './list-objects.ts';
import { deleteObject, getObject, headObject, putObject } from './objects.ts';

/** S3 without versions, with SSE-S3 only. An absent key is NoSuchKey whether or not the caller may list the bucket. */
export const s3: SimulatedService = {
  serviceId: 'S3',
  operations: {
    DeleteObject: deleteObject,
    GetObject: getObject,
    HeadObject: headObject,
    ListObjectsV2: listObjectsV2,
    PutObject: putObject,
  },
};
