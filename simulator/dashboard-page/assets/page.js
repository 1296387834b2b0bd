import { element, showAlarms } from './alarms.js';
import { startTheme } from './theme.js';
import { showWidgets } from './widgets.js';

const REFRESH_MS = 10_000;
const find = (id) => document.getElementById(id);
let view;

/** The time that is drawn: the dashboard's own, but not what lies before the first data point. */
function spanOf({ startMs, nowMs, widgets }) {
  let firstMs = nowMs;
  for (const { series } of widgets)
    for (const { points } of series) firstMs = Math.min(firstMs, points[0]?.[0] ?? nowMs);
  return { fromMs: Math.max(startMs, firstMs), toMs: nowMs };
}

function draw() {
  if (!view) return;
  document.title = view.name;
  find('name').textContent = `Joinery: ${view.name}`;
  find('time').textContent = `${new Date(view.nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC, simulated`;
  showVariables();
  showWidgets(find('widgets'), view, spanOf(view));
  showAlarms(view.alarms, find('alarms'), find('alarm-counts'));
}

function showVariables() {
  const form = find('variables');
  const known = JSON.stringify(view.variables);
  if (form.dataset.known === known) return;
  form.dataset.known = known;
  form.replaceChildren(
    ...view.variables.map(({ id, label, values, value }) => {
      const options = values.map((name) =>
        element('option', { value: name, textContent: name, selected: name === value }),
      );
      const select = element('select', { name: id }, ...options);
      select.addEventListener('change', load);
      return element('label', { textContent: `${label} ` }, select);
    }),
  );
}

async function load() {
  const chosen = new URLSearchParams(new FormData(find('variables')));
  const fault = find('fault');
  try {
    const response = await fetch(`/api/view?${chosen}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.fault);
    view = answer;
    fault.hidden = true;
    draw();
    document.body.dataset.drawn = String(Number(document.body.dataset.drawn ?? 0) + 1);
  } catch (error) {
    fault.hidden = false;
    fault.textContent = `The dashboard could not be read: ${error.message}. If the simulation has ended, start it again with --keep.`;
  }
}

async function keepLoading() {
  await load();
  setTimeout(keepLoading, REFRESH_MS);
}

startTheme(find('theme'), draw);
keepLoading();
