import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** In one process, as a Lambda needs it, it falls over when a page is closed; and what a person's browser refuses must be refused here. */
const UNWANTED = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** A headless Chromium without a profile, or why none can start on this machine. */
export async function headlessChromium(): Promise<{ readonly browser: Browser } | { readonly reason: string }> {
  try {
    const executablePath = await bundled.executablePath();
    const args = bundled.args.filter((arg) => !UNWANTED.includes(arg));
    return { browser: await chromium.launch({ executablePath, args, headless: true, timeout: 20_000 }) };
  } catch (error) {
    return { reason: `no Chromium starts here: ${(error as Error).message.split('\n')[0]}` };
  }
}
