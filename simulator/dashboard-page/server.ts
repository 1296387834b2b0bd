import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CloudWatch } from './cloud-watch.ts';
import { readView } from './view.ts';

const require = createRequire(import.meta.url);
const ASSETS = fileURLToPath(new URL('./assets/', import.meta.url));
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Everything that is served, by its path. Nothing else of the disk can be asked for. */
const FILES: Readonly<Record<string, { readonly type: string; readonly file: () => string }>> = {
  '/': { type: HTML, file: () => `${ASSETS}page.html` },
  '/page.css': { type: 'text/css; charset=utf-8', file: () => `${ASSETS}page.css` },
  ...Object.fromEntries(
    ['page', 'widgets', 'charts', 'alarms', 'theme'].map((name) => [
      `/${name}.js`,
      { type: SCRIPT, file: () => `${ASSETS}${name}.js` },
    ]),
  ),
  '/chart.js': {
    type: SCRIPT,
    file: () => require.resolve('chart.js').replace(/chart\.cjs$/, 'chart.umd.min.js'),
  },
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export type DashboardPage = { readonly url: string; close(): Promise<void> };

/** Serves a dashboard of a simulated account on a free port of this machine's own address. Close it when done. */
export async function serveDashboard(name: string, cloudWatch: CloudWatch): Promise<DashboardPage> {
  let authority = '';
  const server = createServer((request, response) => {
    answer(request, response, authority, name, cloudWatch).catch((error: unknown) => {
      send(
        response,
        500,
        'application/json',
        JSON.stringify({ fault: error instanceof Error ? error.message : String(error) }),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  authority = `127.0.0.1:${address.port}`;
  return {
    url: `http://${authority}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  authority: string,
  name: string,
  cloudWatch: CloudWatch,
): Promise<void> {
  // A page elsewhere that has its own name point here must not read this one.
  if (headers.host !== authority) return send(response, 421, 'text/plain', 'This page is for this machine only.\n');
  if (method !== 'GET') return send(response, 405, 'text/plain', 'Only GET.\n');
  const { pathname, searchParams } = new URL(url, `http://${authority}`);
  if (pathname === '/api/view') {
    const view = await readView(name, Object.fromEntries(searchParams), cloudWatch);
    return send(response, 200, 'application/json', JSON.stringify(view));
  }
  const known = Object.hasOwn(FILES, pathname) ? FILES[pathname] : undefined;
  if (!known) return send(response, 404, 'text/plain', `There is no ${pathname}.\n`);
  send(response, 200, known.type, readFileSync(known.file()));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
  response.end(body);
}
