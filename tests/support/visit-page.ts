import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../scripts/browser/visit.ts', import.meta.url));

export type Look = { readonly theme: 'light' | 'dark'; readonly width: number; readonly height: number };

export type Seen = Look & {
  readonly scrollWidth: number;
  readonly background: string;
  readonly alarms: number;
  readonly complaints: readonly string[];
  readonly widgets: readonly {
    readonly type: string;
    readonly title: string;
    readonly text: string;
    readonly series: number;
    readonly isDrawn: boolean;
  }[];
};

/** Looks at a page with a browser in a process of its own. Gives a text where no browser can start here. */
export async function visitPage(url: string, looks: readonly Look[]): Promise<readonly Seen[] | string> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [said, complained] = [[] as Buffer[], [] as Buffer[]];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
  child.stdin.end(JSON.stringify({ url, looks }));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the browser's process ended with ${code}: ${Buffer.concat(complained)}`);
  const answer = JSON.parse(Buffer.concat(said).toString('utf8')) as { noBrowser: string } | { seen: Seen[] };
  return 'noBrowser' in answer ? answer.noBrowser : answer.seen;
}
