// Writes docs/images/cost-report.png, the report of examples/cost as a browser shows it: `node scripts/make-cost-screenshot.ts [FOLDER]`.
// With a folder it writes every view there too: light and dark, at the width of a desk and of a phone, and as it is printed.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { costReport } from '../shared/cost/cost-report.ts';
import { readFleetFile, readPricesFile } from '../shared/cost/read-inputs.ts';
import { reportHtml } from '../shared/cost/render/html.ts';
import { headlessChromium } from './headless-chromium.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const MOST_BYTES = 300_000;
/** The two weeks of the example that have two weeks before them. */
const WINDOW = ['2026-11-01T00:00:00Z', '2026-11-15T00:00:00Z'] as const;

/** The page of the example's report. */
export function examplePage(): string {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(root, 'examples/cost', name), 'utf8'));
  const [fleet, prices] = [readFleetFile(json('fleet.json')), readPricesFile(json('prices.json'))];
  if (!fleet.ok || !prices.ok) throw new Error(`examples/cost: ${JSON.stringify([fleet, prices]).slice(0, 1000)}`);
  return reportHtml(costReport(fleet.value, prices.value, ...WINDOW));
}

async function main(folder: string | undefined): Promise<void> {
  const started = await headlessChromium();
  if ('reason' in started) throw new Error(started.reason);
  const { browser } = started;
  const shoot = async (path: string, width: number, isDark: boolean, media: 'screen' | 'print', height?: number) => {
    const page = await browser.newPage({ viewport: { width, height: height ?? 900 }, deviceScaleFactor: 1 });
    await page.emulateMedia({ media, colorScheme: isDark ? 'dark' : 'light' });
    await page.setContent(examplePage());
    await page.screenshot({ path, fullPage: height === undefined });
    await page.close();
  };
  const image = join(root, 'docs/images/cost-report.png');
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  await shoot(image, 1000, false, 'screen', 1300);
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    for (const isDark of [false, true]) {
      const theme = isDark ? 'dark' : 'light';
      await shoot(join(folder, `desk-${theme}.png`), 1000, isDark, 'screen');
      await shoot(join(folder, `phone-${theme}.png`), 375, isDark, 'screen');
    }
    await shoot(join(folder, 'paper.png'), 794, true, 'print');
  }
  await browser.close();
  const { size } = statSync(image);
  if (size > MOST_BYTES) throw new Error(`${image} has ${size} bytes, more than ${MOST_BYTES}`);
  process.stdout.write(`${image}: ${size} bytes\n`);
}

if (import.meta.main) await main(process.argv[2]);
