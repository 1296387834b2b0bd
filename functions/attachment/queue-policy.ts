import { isDeepStrictEqual } from 'node:util';
import { OpsError } from '../../shared/errors/ops-error.ts';

/** Names our statement among those of the queue's owner. */
const SID = 'JoineryRouterSends';

type Statement = { readonly Sid?: string; readonly [member: string]: unknown };
type Policy = { readonly Statement?: Statement | readonly Statement[]; readonly [member: string]: unknown };

type Extension = { readonly queueArn: string; readonly senderArns: readonly string[] };

/** The policy with exactly one statement more, which lets the senders send; undefined when it has it already. */
export function withSenders(policy: string, { queueArn, senderArns }: Extension): string | undefined {
  const present = parsed(policy);
  const wanted = {
    Sid: SID,
    Effect: 'Allow',
    Principal: { AWS: [...senderArns] },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
  };
  const statements = statementsOf(present);
  const own = statements.find(({ Sid }) => Sid === SID);
  if (own && isDeepStrictEqual(comparable(own), comparable(wanted))) return undefined;
  const others = statements.filter(({ Sid }) => Sid !== SID);
  return JSON.stringify({ Version: '2012-10-17', ...present, Statement: [...others, wanted] });
}

/**
 * The policy without our statement: as it was written before, where nothing else was changed since, else the present one less
 * our statement. Undefined when our statement is not there.
 */
export function withoutSenders(policy: string, before: string): string | undefined {
  const present = parsed(policy);
  const statements = statementsOf(present);
  const others = statements.filter(({ Sid }) => Sid !== SID);
  if (others.length === statements.length) return undefined;
  if (isDeepStrictEqual(others, statementsOf(parsed(before)))) return before;
  return others.length === 0 ? '' : JSON.stringify({ ...present, Statement: others });
}

function parsed(policy: string): Policy {
  if (policy === '') return {};
  try {
    return JSON.parse(policy) as Policy;
  } catch (error) {
    throw new OpsError('QueueUnusable', 'The policy of the queue is no JSON. No queue was changed.', { cause: error });
  }
}

function statementsOf({ Statement = [] }: Policy): readonly Statement[] {
  return Array.isArray(Statement) ? (Statement as readonly Statement[]) : [Statement as Statement];
}

/** AWS gives back principals in another order, and one of them as a text. */
function comparable({ Principal, ...rest }: Statement): unknown {
  const { AWS } = (Principal ?? {}) as { AWS?: string | readonly string[] };
  return { ...rest, senders: [AWS ?? []].flat().toSorted() };
}
