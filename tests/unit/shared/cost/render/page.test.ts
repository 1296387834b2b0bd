import { afterAll, describe, expect, it } from '@jest/globals';
import { headlessChromium } from '../../../../../scripts/headless-chromium.ts';
import { examplePage } from '../../../../../scripts/make-cost-screenshot.ts';
import { costReport } from '../../../../../shared/cost/cost-report.ts';
import { reportHtml } from '../../../../../shared/cost/render/html.ts';
import { aCluster, aFleet, anInstance, somePrices } from '../../../../support/cost-files.ts';

const started = await headlessChromium();
const browser = 'browser' in started ? started.browser : undefined;
afterAll(async () => browser?.close());
// A browser on a busy machine.

/** Where no browser starts, the name of the test says why. */
const look = browser ? it : it.skip;
const why = 'reason' in started ? ` (skipped: ${started.reason})` : '';

/** As much as a page can hold badly: names as long as they may be, lines without a price, no comparison. */
function hardPage(): string {
  const long = (letter: string, length: number) => letter.repeat(length);
  const instances = [
    anInstance({ cluster: long('c', 100), nodePool: long('p', 63), launchedAt: '2026-11-01T00:00:00Z', endedAt: null }),
    anInstance({ instanceId: `i-${long('0', 16)}2`, instanceType: 'u7inh-32tb.480xlarge', nodePool: long('q', 63) }),
  ];
  const fleet = aFleet({
    clusters: [aCluster({ cluster: long('c', 100) })],
    instances,
    exportedAt: '2026-11-09T00:00:00Z',
  });
  return reportHtml(costReport(fleet, somePrices(), '2026-11-01T00:00:00Z', '2026-11-10T00:00:00Z'));
}

async function see(html: string, width: number, colorScheme: 'light' | 'dark', media: 'screen' | 'print' = 'screen') {
  if (!browser) throw new Error('there is no browser');
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', ({ url }) => complaints.push(`asked for ${url()}`));
  await page.emulateMedia({ media, colorScheme });
  await page.setContent(html);
  const seen = (await page.evaluate(`(() => {
    const rgb = (color) => color.match(/[0-9.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    const light = (color) => { const [r, g, b] = rgb(color); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const page = light(getComputedStyle(document.body).backgroundColor);
    const contrast = (selector) => {
      const found = document.querySelector(selector);
      if (!found) return null;
      const text = light(getComputedStyle(found).color);
      return (Math.max(page, text) + 0.05) / (Math.min(page, text) + 0.05);
    };
    const wide = [...document.querySelectorAll('.wide')];
    return {
      scrollWidth: document.documentElement.scrollWidth,
      page: getComputedStyle(document.body).backgroundColor,
      contrasts: ['body', '.soft', '.note', 'figcaption'].map(contrast).filter((ratio) => ratio !== null),
      shown: wide.filter((cell) => getComputedStyle(cell).display !== 'none').length,
      wide: wide.length,
      bars: document.querySelectorAll('figure rect').length,
    };
  })()`)) as {
    scrollWidth: number;
    page: string;
    contrasts: number[];
    shown: number;
    wide: number;
    bars: number;
  };
  await page.close();
  return { ...seen, complaints };
}

describe('the page of a cost report in a browser', () => {
  look(
    `is quiet, asks for nothing, and never scrolls sideways, at the width of a phone or of a desk${why}`,
    async () => {
      const pages = [examplePage(), hardPage()];
      const looks = await Promise.all(
        pages.flatMap((html) =>
          [320, 375, 1000].map(async (width) => ({ width, seen: await see(html, width, 'light') })),
        ),
      );

      for (const { width, seen } of looks) {
        expect(seen.complaints).toEqual([]);
        expect(seen.scrollWidth).toBeLessThanOrEqual(width);
        expect(seen.bars).toBeGreaterThanOrEqual(16);
      }
    },
  );

  look(`can be read in light, in dark and on paper, where it is white whatever the theme${why}`, async () => {
    const [light, dark, paper] = [
      await see(examplePage(), 1000, 'light'),
      await see(examplePage(), 1000, 'dark'),
      await see(examplePage(), 794, 'dark', 'print'),
    ];

    expect([light.page, paper.page]).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)']);
    expect(dark.page).toBe('rgb(20, 24, 29)');
    // What WCAG asks of small text.
    for (const seen of [light, dark, paper]) expect(Math.min(...seen.contrasts)).toBeGreaterThanOrEqual(4.5);
  });

  look(`leaves out on a phone what is beside the point${why}`, async () => {
    const [phone, desk] = [await see(examplePage(), 375, 'light'), await see(examplePage(), 1000, 'light')];

    expect(phone).toMatchObject({ shown: 0, wide: desk.wide });
    expect(desk.shown).toBe(desk.wide);
  });
});
