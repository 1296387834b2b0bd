import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const UNWANTED = [
  // In one process, as a Lambda needs it, it falls over when a page is closed.
  '--single-process',
  // What a person's browser refuses must be refused here.
  '--disable-web-security',
  '--allow-running-insecure-content',
  // A graphics card in software takes longer to draw a canvas, and to give it back, than the browser without one.
  '--in-process-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/** A headless Chromium without a profile, or why none can start on this machine. */
export async function headlessChromium(): Promise<{ readonly browser: Browser } | { readonly reason: string }> {
  try {
    const executablePath = await bundled.executablePath();
    const args = [...bundled.args.filter((arg) => !UNWANTED.includes(arg)), '--disable-gpu'];
    return { browser: await chromium.launch({ executablePath, args, headless: true, timeout: 20_000 }) };
  } catch (error) {
    return { reason: `no Chromium starts here: ${(error as Error).message.split('\n')[0]}` };
  }
}
