import type { CostReport, UnpricedRow } from '../cost-report.ts';
import type { Cut, CutRow } from '../cuts.ts';
import { dayChart, shareBar } from './charts.ts';
import { dollars, hoursText } from './figures.ts';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

const MOST_ROWS = 40;
const TABLES: readonly (readonly [Cut, string, string])[] = [
  ['cluster', 'By cluster', 'outside any cluster'],
  ['nodePool', 'By NodePool', 'no NodePool'],
  ['capacityType', 'By capacity type', 'no instance'],
  ['component', 'By component', ''],
  ['instanceType', 'By instance type', 'no instance'],
  ['zone', 'By zone', 'no zone'],
];

type Money = (amount: string) => string;

const inBrackets = (value: number | null) => (value === null ? '' : ` (${value} %)`);
const percent = (value: number | null) => (value === null ? '' : `${value} %`);
/** To the minute where that is all there is. */
const when = (iso: string) => iso.replace('T', ' ').replace(/(:00)?(\.000)?Z$/, ' UTC');

function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll"><table><thead><tr>${heads.map((head) => {
    const isNumber = head.startsWith('#');
    return html`<th${isNumber ? new Markup(' class="n"') : ''}>${head.replace('#', '')}</th>`;
  })}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** What has no price is never shown as nothing. */
function costText({ cost, unpricedHours }: CutRow, money: Money): string {
  if (Number(unpricedHours) === 0) return money(cost);
  const missing = `${hoursText(unpricedHours)} without a price`;
  return Number(cost) === 0 ? missing : `${money(cost)} and ${missing}`;
}

function cutTable(rows: readonly CutRow[], title: string, nobody: string, money: Money): Markup | undefined {
  if (rows.length === 0) return undefined;
  const sorted = [...rows].sort((a, b) => Number(b.cost) - Number(a.cost));
  const largest = Number(sorted[0]?.cost ?? 0);
  const body = sorted.slice(0, MOST_ROWS).map(
    (row) => html`<tr><td>${row.key ?? html`<i>${nobody}</i>`}</td><td class="wide">${shareBar(row.cost, largest)}</td>
<td class="n">${costText(row, money)}</td><td class="n">${money(row.savings)}</td><td class="n wide">${Number(row.hours) > 0 && hoursText(row.hours)}</td></tr>`,
  );
  const more = sorted.length - MOST_ROWS;
  return html`<h2>${title}</h2><div class="scroll"><table class="cut"><thead><tr><th></th><th class="wide"></th><th class="n">Cost</th><th class="n">Saved</th><th class="n wide">Instances ran</th></tr></thead><tbody>${body}</tbody></table></div>
${more > 0 && html`<p class="note">And ${more} more in report.json.</p>`}`;
}

const poolName = (cluster: string, name: string): Markup => html`${name}<small>${cluster}</small>`;

function card(value: string, label: string): Markup {
  return html`<div class="card"><b>${value}</b><span>${label}</span></div>`;
}

function cards(report: CostReport, money: Money): Markup {
  const { runRate, forecast, change } = report;
  return html`<div class="cards">${card(money(report.total), report.complete ? 'total' : 'total, incomplete')}
${card(money(report.savings), `saved against on-demand${inBrackets(report.savingsPercent)}`)}
${report.fixedCapacity.pools.length > 0 && card(money(report.fixedCapacity.savings), 'saved against fixed capacity')}
${card(money(report.idle.total), 'sat idle, of what was measured')}
${card(`${money(runRate.perHour)}/h`, `now; ${money(runRate.perMonth)} in a month of 730 hours${runRate.complete ? '' : ', incomplete'}`)}
${card(money(forecast.total), `forecast for ${forecast.month}${forecast.errorPercent === null ? '' : `; a day ahead it was ${forecast.errorPercent} % off`}${forecast.complete ? '' : '; incomplete'}`)}
${change && card(money(change.change), `against the period before${inBrackets(change.percent)}`)}</div>`;
}

function missingTable(rows: readonly UnpricedRow[], title: string): Markup | undefined {
  if (rows.length === 0) return undefined;
  const body = rows
    .slice(0, MOST_ROWS)
    .map(
      ({ resourceId, component, cluster, hours, reason }) =>
        html`<tr><td>${resourceId}</td><td class="wide">${component}</td><td>${cluster}</td><td class="n">${hoursText(hours)}</td><td>${reason}</td></tr>`,
    );
  return html`<h2>${title}</h2><div class="scroll"><table><thead><tr><th>What</th><th class="wide">Component</th><th>Cluster</th><th class="n">Time</th><th>Reason</th></tr></thead><tbody>${body}</tbody></table></div>
${rows.length > MOST_ROWS && html`<p class="note">And ${rows.length - MOST_ROWS} more in report.json.</p>`}`;
}

function warnings(
  { complete, unpriced, estimated, knownTo }: CostReport,
  notes: readonly string[],
): Markup | undefined {
  if (complete && knownTo === null && notes.length === 0) return undefined;
  return html`<div class="warn" role="note">${notes.map((note) => html`<p>${note}</p>`)}${unpriced.length > 0 && html`<p><strong>The total is incomplete:</strong> ${unpriced.length} ${unpriced.length === 1 ? 'line has' : 'lines have'} no price and ${unpriced.length === 1 ? 'is' : 'are'} listed below.</p>`}
${estimated.length > 0 && html`<p>${estimated.length} ${estimated.length === 1 ? 'line is' : 'lines are'} estimated at on-demand prices.</p>`}
${knownTo !== null && html`<p>The ledger was read up to ${when(knownTo)}: nothing later is in the report.</p>`}</div>`;
}

function actions({ actions: list }: CostReport, money: Money): Markup | undefined {
  if (list.length === 0) return undefined;
  const items = list
    .slice(0, MOST_ROWS)
    .map(
      ({ what, saves, reason, risk, cluster }) =>
        html`<li><p><strong>${what}</strong> ${Number(saves) > 0 && html`Saves up to ${money(saves)} in such a period.`}</p><p>${cluster && `${cluster}. `}${reason}</p><p class="soft">Risk: ${risk}</p></li>`,
    );
  return html`<h2>What to do next</h2><ol class="next">${items}</ol><p class="note">Savings of two lines may overlap.</p>`;
}

function savings(report: CostReport, money: Money): Markup {
  const { fixedCapacity, interruptions, spotReadings, freeHours, possibleCredits } = report;
  const rows = fixedCapacity.pools.map(
    ({ cluster, nodePool, peak, group, cost, actual, savings: saved }) =>
      html`<tr><td>${poolName(cluster, nodePool)}</td><td>${group ? `${group.nodes} x ${group.instanceType}` : 'not priced'}</td><td class="n wide">${peak.nodes}</td><td class="n wide">${cost === null ? '' : money(cost)}</td><td class="n wide">${money(actual)}</td><td class="n">${saved === null ? '' : money(saved)}</td></tr>`,
  );
  return html`${
    rows.length > 0 &&
    html`<h2>Against fixed capacity</h2><p class="note">The peak of CPU and memory in the period, held all the time on the cheapest of the pool's types on demand; compute alone.</p>
<div class="scroll"><table><thead><tr><th>Pool</th><th>Fixed group</th><th class="n wide">Most nodes</th><th class="n wide">Fixed</th><th class="n wide">Was</th><th class="n">Saved</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }
<h2>Spot and interruptions</h2>${table(
    ['', '#'],
    [
      html`<tr><td>Interrupted instances that ended in the period</td><td class="n">${interruptions.count}</td></tr>`,
      html`<tr><td>Their start-up, paid for in vain</td><td class="n">${money(interruptions.starting)}</td></tr>`,
      html`<tr><td>Their time between notice and end</td><td class="n">${money(interruptions.draining)}</td></tr>`,
      html`<tr><td>First hours that EC2 did not charge (${freeHours.length})</td><td class="n">${money(interruptions.freeHours)}</td></tr>`,
      html`<tr><td>First hours charged here that may be credited: nobody knows who ended them</td><td class="n">${possibleCredits.length}</td></tr>`,
      html`<tr><td>Spot at the price in force each second</td><td class="n">${money(spotReadings.integral)}</td></tr>`,
      html`<tr><td>Spot at the price at the start of each instance-hour: AWS's texts disagree</td><td class="n">${money(spotReadings.hourStart)}</td></tr>`,
      html`<tr><td>Difference</td><td class="n">${money(spotReadings.difference)}</td></tr>`,
    ],
  )}`;
}

function idle({ idle: figures }: CostReport, money: Money): Markup | undefined {
  if (figures.pools.length === 0) return undefined;
  const rows = figures.pools.map(
    (pool) =>
      html`<tr><td>${poolName(pool.cluster, pool.nodePool ?? 'bootstrap')}</td><td class="n">${money(pool.idle)}</td><td class="n">${percent(pool.percent)}</td><td class="n wide">${money(pool.measured)}</td><td class="n">${hoursText(pool.uncoveredHours)}</td></tr>`,
  );
  return html`<h2>Idle</h2><p class="note">Compute that no pod requested, nine parts by CPU to one by GiB of memory. Time without measurements is not in it.</p>
<div class="scroll"><table><thead><tr><th>Pool</th><th class="n">Idle</th><th class="n">Share</th><th class="n wide">Measured</th><th class="n">Not measured</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function outlookPart({ change, changeUnknown, anomalies, bootstrap, support }: CostReport, money: Money): Markup {
  const causes = change && [
    ['Prices of the same machines', change.price],
    ['More or fewer instance-hours', change.hours],
    ['Other machines', change.mix],
    ['Volumes, addresses, control planes and the rest', change.other],
    ['Together', change.change],
  ];
  return html`<h2>Against the period before</h2>${
    causes
      ? table(
          ['', '#Change'],
          causes.map(([name, value]) => html`<tr><td>${name}</td><td class="n">${money(value ?? '0')}</td></tr>`),
        )
      : html`<p>Not compared: ${changeUnknown}.</p>`
  }
${
  anomalies.length > 0 &&
  html`<h2>Unusual days</h2>${table(
    ['Day', '#Cost', '#Median'],
    anomalies.map(
      ({ day, cost, median }) =>
        html`<tr><td>${day}</td><td class="n">${money(cost)}</td><td class="n">${money(median)}</td></tr>`,
    ),
  )}`
}
<h2>What stays</h2><p>The bootstrap nodes cost ${money(bootstrap.cost)} in ${hoursText(bootstrap.hours)}.</p>
${bootstrap.example.map(({ nodes, instanceType, region, perMonth }) => html`<p class="soft">${nodes} x ${instanceType} in ${region}: ${money(perMonth)} in a month of 730 hours, without volumes and control plane.</p>`)}
${
  support.length > 0 &&
  table(
    ['Cluster', 'Version', 'Standard support', '#Extended support a month'],
    support.map(
      (row) =>
        html`<tr><td>${row.cluster}</td><td>${row.version}</td><td>${row.daysLeft < 0 ? `ended ${row.endOfStandardSupport.slice(0, 10)}` : `${row.daysLeft} days left`}</td><td class="n">${row.perMonth === null ? 'no price' : money(row.perMonth)}</td></tr>`,
    ),
  )
}`;
}

/** A page that stands alone: no script, and nothing from elsewhere. `notes` is what a reader must know first. */
export function reportHtml(report: CostReport, notes: readonly string[] = []): string {
  const money: Money = (amount) => dollars(amount, report.currency);
  const { by, prices } = report;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Cost ${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}</title><style>${new Markup(STYLE)}</style></head>
<body><h1>What the fleet cost</h1><p class="soft">${when(report.from)} to ${when(report.to)}</p>
${warnings(report, notes)}${cards(report, money)}
${dayChart(by.day, new Set(report.anomalies.map(({ day }) => day)), report.currency)}
${actions(report, money)}
${TABLES.map(([cut, title, nobody]) => cutTable(by[cut], title, nobody, money))}
${savings(report, money)}${idle(report, money)}${outlookPart(report, money)}
${missingTable(report.unpriced, 'Without a price')}${missingTable(report.estimated, 'Estimated')}${missingTable(report.withoutOnDemand, 'Without an on-demand price to compare with')}
<h2>How it was counted</h2>
<p class="note">From running to the first stopping or shutting-down, by the second, a minute at least for each start. Prices of ${when(prices.asOf)}, ${prices.source}${prices.discounted ? ', less the discounts in the prices file' : ', list prices'}. An estimate: the invoice decides. Every table sums to the total exactly in report.json; here amounts are rounded to cents.</p>
</body></html>
`.text;
}
