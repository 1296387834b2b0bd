import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isNotFound } from './errors.ts';

/** Value of an SSM parameter; undefined when there is none of that name. */
export function parameterReader(ssm: SSMClient): (name: string) => Promise<string | undefined> {
  return async (name) => {
    try {
      return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}
