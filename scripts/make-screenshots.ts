import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackaged } from './package-stack.ts';

// Plays the story of `npm start` and takes the picture of its dashboard that is in the documentation. Fails where a graph has no data.
const root = fileURLToPath(new URL('../', import.meta.url));
const PICTURE = join(root, 'docs/images/dashboard.png');

/** The address that the command says once the story has been played. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const url = /The dashboard: (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the story ended with ${code}:\n${said}`)));
  });
}

/** Takes the picture, and says what is wrong with the page; in a process of its own as `visit.ts` says. */
function takePicture(url: string): string[] {
  const looks = [{ theme: 'light', width: 1360, height: 1290, picture: PICTURE }];
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'scripts/browser/visit.ts')], {
    input: JSON.stringify({ url, looks }),
    encoding: 'utf8',
  });
  if (status !== 0) return [stderr];
  const answer = JSON.parse(stdout) as {
    noBrowser?: string;
    seen?: { complaints: string[]; widgets: { type: string; title: string; series: number }[] }[];
  };
  if (answer.noBrowser !== undefined) return [`no browser can start here: ${answer.noBrowser}`];
  return (answer.seen ?? []).flatMap(({ complaints, widgets }) => [
    ...complaints,
    ...widgets.filter(({ type, series }) => type === 'metric' && series === 0).map(({ title }) => `${title}: no data`),
  ]);
}

await ensurePackaged(root, (line) => process.stderr.write(`${line}\n`));
const out = mkdtempSync(join(tmpdir(), 'joinery-screenshots-'));
const story = ['simulate', '--scenario', 'bootstrap-and-storm', '--keep', '--out', out];
const child = spawn(process.execPath, [join(root, 'cli/joinery.ts'), ...story], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
try {
  const faults = takePicture(await addressOf(child));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  child.removeAllListeners('exit');
  child.kill('SIGINT');
  rmSync(out, { recursive: true, force: true });
}
