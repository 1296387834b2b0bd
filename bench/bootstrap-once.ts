import { fileURLToPath } from 'node:url';
import { bootstrapOnce } from './one-bootstrap.ts';

// A process of its own, so that its memory is that of one bootstrap.
const { summary, account } = await bootstrapOnce(fileURLToPath(new URL('../', import.meta.url)), 1);
await account.close();
const { maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({ wallSeconds: summary.wallSeconds, simulatedSeconds: summary.simulatedSeconds, maxRssKb: maxRSS }),
);
