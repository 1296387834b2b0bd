import { createHash } from 'node:crypto';
import type { Simulation } from '../../../core/simulation.ts';
import type { Caller } from '../../types.ts';

type SessionRecord = {
  roleArn: string;
  sessionName: string;
  viaService: string | null;
  secretAccessKey: string;
  expiresAtMs: number;
};
type StsState = { sessions: Record<string, SessionRecord> };

/** Temporary credentials as a client signs with them. */
export type SessionCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

const initial = (): StsState => ({ sessions: {} });
const DEFAULT_SECONDS = 3600;

const stsState = (simulation: Simulation) => simulation.state('sts', initial);

/**
 * Credentials for a session of a role, such as a Lambda has for its own role. They depend on the caller and the time alone, so a
 * run repeats them; requests signed with them are answered for by `callerOfAccessKey`.
 */
export function credentialsFor(simulation: Simulation, caller: Caller, seconds = DEFAULT_SECONDS): SessionCredentials {
  const key = `${caller.roleArn}/${caller.sessionName}/${simulation.now()}`;
  const accessKeyId = `ASIA${base32(key).slice(0, 16)}`;
  const expiresAtMs = simulation.now() + seconds * 1000;
  const secretAccessKey = createHash('sha256').update(`secret ${key}`).digest('base64').slice(0, 40);
  stsState(simulation).sessions[accessKeyId] = {
    roleArn: caller.roleArn,
    sessionName: caller.sessionName,
    viaService: caller.viaService ?? null,
    secretAccessKey,
    expiresAtMs,
  };
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: createHash('sha512').update(`token ${key}`).digest('base64'),
    expiration: new Date(expiresAtMs),
  };
}

/** Who signs with this key; undefined when nobody does, or no longer. */
export function callerOfAccessKey(simulation: Simulation, accessKeyId: string): Caller | undefined {
  const session = stsState(simulation).sessions[accessKeyId];
  if (!session || session.expiresAtMs <= simulation.now()) return undefined;
  const { roleArn, sessionName, viaService } = session;
  return { roleArn, sessionName, ...(viaService === null ? {} : { viaService }) };
}

/** The secret of a key that `callerOfAccessKey` knows, for those who check a signature. */
export function secretOfAccessKey(simulation: Simulation, accessKeyId: string): string | undefined {
  return stsState(simulation).sessions[accessKeyId]?.secretAccessKey;
}

function base32(key: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...createHash('sha256').update(key).digest()].map((byte) => alphabet[byte % alphabet.length]).join('');
}
