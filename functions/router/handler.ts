import type { SQSEvent } from 'aws-lambda';
import { readEnv } from '../../shared/config/read-env.ts';
import { routeBatch } from './route-batch.ts';
import { ROUTER_VARIABLES, routerClients, routerDeps } from './wiring.ts';

const env = readEnv(ROUTER_VARIABLES);
const deps = routerDeps(env, routerClients());

export const handler = (batch: SQSEvent) => routeBatch(batch, deps);
