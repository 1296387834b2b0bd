import { killSweep } from './tests/support/kill-sweep.ts';
const t = performance.now();
const r = await killSweep({ seed: 1, offset: Number(process.argv[2] ?? 3), every: Number(process.argv[3] ?? 12) });
console.log(r.points, r.faults.map((f) => f.slice(0, 400)), Math.round(performance.now() - t));
