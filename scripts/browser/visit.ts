import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { headlessChromium } from '../headless-chromium.ts';

/**
 * A process of its own, because in a simulation's process the clock is not real: visits a page as the JSON on its input says, and
 * writes what it saw as JSON. Where no browser can start it says why.
 */
type Visit = {
  readonly url: string;
  readonly looks: readonly {
    readonly theme: 'light' | 'dark';
    readonly width: number;
    readonly height: number;
    /** Where the picture goes, and how much of the page it shows. */
    readonly picture?: string;
    readonly isWhole?: boolean;
  }[];
};

type Seen = {
  readonly theme: string;
  readonly width: number;
  readonly scrollWidth: number;
  readonly background: string;
  readonly widgets: readonly {
    readonly type: string;
    readonly title: string;
    readonly text: string;
    readonly series: number;
    readonly isDrawn: boolean;
  }[];
  readonly alarms: number;
  readonly complaints: readonly string[];
};

const DRAWN_WITHIN_MS = 60_000;

async function look(
  browser: Browser,
  url: string,
  { theme, width, height, picture, isWhole }: Visit['looks'][number],
): Promise<Seen> {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width, height } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector('body[data-drawn]', { timeout: DRAWN_WITHIN_MS });
  const seen = (await page.evaluate(`(() => {
    const drawn = (canvas) => canvas.width > 0 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0);
    return {
      scrollWidth: document.documentElement.scrollWidth,
      background: getComputedStyle(document.body).backgroundColor,
      alarms: document.querySelectorAll('#alarms li').length,
      widgets: [...document.querySelectorAll('.widget')].map((card) => {
        const canvas = card.querySelector('canvas:not([hidden])');
        return { type: card.dataset.type, title: card.dataset.title, text: card.innerText, series: Number(card.dataset.series), isDrawn: canvas !== null && drawn(canvas) };
      }),
    };
  })()`)) as Omit<Seen, 'theme' | 'width' | 'complaints'>;
  if (picture !== undefined) await page.screenshot({ path: picture, fullPage: isWhole === true });
  await page.close();
  return { ...seen, theme, width, complaints };
}

const chunks: Buffer[] = [];
process.stdin.on('data', (chunk: Buffer) => chunks.push(chunk));
await once(process.stdin, 'end');
const visit = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Visit;
const started = await headlessChromium();
if ('reason' in started) process.stdout.write(JSON.stringify({ noBrowser: started.reason }));
else {
  const { browser } = started;
  const seen: Seen[] = [];
  for (const one of visit.looks) seen.push(await look(browser, visit.url, one));
  await browser.close();
  process.stdout.write(JSON.stringify({ seen }));
}
