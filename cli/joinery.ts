import { useCompileCache } from '../scripts/compile-cache.ts';
import { runJoinery } from './run.ts';

useCompileCache();

// A reader that has seen enough (`joinery ... | head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await runJoinery(process.argv.slice(2), process);
} catch (error) {
  process.stderr.write(`joinery: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
