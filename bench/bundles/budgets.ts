import { minifiedBytes, staticGraph } from './static-graph.ts';
import type { Bundle } from './unpack.ts';

/** Longest load of a handler, which is most of a cold start that is ours. The router's is part of the two minutes of a notice. */
const LOAD_BUDGET_MS = 250;
const LOAD_BUDGETS_MS: Readonly<Record<string, number>> = { router: 60 };
/** Of what is loaded with the handler, minified. */
const STATIC_BUDGETS_KB: Readonly<Record<string, number>> = { router: 450 };

/** The EC2 client is the largest; these ask EC2, and nobody else does. */
const EC2_USERS: readonly string[] = [
  'preflight',
  'discoveryTags',
  'smokeTest',
  'notices',
  'recordFleet',
  'reconcileFleet',
  'redrive',
  'costPrices',
  'collector',
  'attachment',
  'seedFleet',
];
/** Its name for itself when it signs and when it finds its endpoint. */
const EC2_CLIENT = 'class EC2Client extends';

const KB = 1000;
/** Zip sizes beyond which an import came in unseen. */
const ZIP_BUDGET_KB = 300;
/** Functions with more in them. */
const LARGER_BUDGETS_KB: Readonly<Record<string, number>> = {
  // With the clients of everything that a look at somebody's cluster asks.
  adoption: 410,
  attachment: 305,
  preflight: 420,
  // The cluster file's parser and the compiler.
  beginRun: 490,
  collector: 350,
  // The cost engine, and the schemas of its files.
  costReport: 350,
};

export function loadBudgetMs({ name }: Bundle): number {
  return LOAD_BUDGETS_MS[name] ?? LOAD_BUDGET_MS;
}

/** Whether the EC2 client is loaded with the handler. */
export function carriesEc2(bundle: Bundle): boolean {
  return staticGraph(bundle).some((text) => text.includes(EC2_CLIENT));
}

function staticFaults(bundle: Bundle): string[] {
  const budget = STATIC_BUDGETS_KB[bundle.name];
  if (budget === undefined) return [];
  const bytes = minifiedBytes(staticGraph(bundle));
  return bytes > budget * KB
    ? [`${bundle.name} loads ${bytes} bytes minified with its handler, and may ${budget * KB}`]
    : [];
}

/** What is wrong with a bundle's content, in words. */
export function sizeFaults(bundle: Bundle): string[] {
  const { name, zipBytes } = bundle;
  const budget = (LARGER_BUDGETS_KB[name] ?? ZIP_BUDGET_KB) * KB;
  return [
    ...(zipBytes > budget ? [`${name}: ${zipBytes} bytes zipped, and may have ${budget}`] : []),
    ...staticFaults(bundle),
    ...(carriesEc2(bundle) && !EC2_USERS.includes(name) ? [`${name} carries the EC2 client and does not need it`] : []),
  ];
}
