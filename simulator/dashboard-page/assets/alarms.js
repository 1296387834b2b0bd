import { clock } from './charts.js';

const ORDER = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];
const WORDS = { ALARM: 'in alarm', INSUFFICIENT_DATA: 'without data', OK: 'OK' };

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A name without what CloudFormation put around it. */
const plain = (name) => name.replace(/^[a-z0-9-]+?-(?=[A-Z])/, '').replace(/-[A-Za-z0-9]{8,}$/, '');

/** The list beside the dashboard: what is wrong first, each with why and since when. */
export function showAlarms(alarms, list, counts) {
  const sorted = [...alarms].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.sinceMs - a.sinceMs || a.name.localeCompare(b.name),
  );
  counts.textContent = ORDER.map(
    (state) => `${alarms.filter((alarm) => alarm.state === state).length} ${WORDS[state]}`,
  ).join(', ');
  list.replaceChildren(
    ...sorted.map((alarm) => {
      const item = element(
        'li',
        { title: `${alarm.description}\n\n${alarm.reason}` },
        element('strong', { textContent: plain(alarm.name) }),
      );
      item.dataset.state = alarm.state;
      const why = alarm.state === 'ALARM' ? `: ${alarm.reason}` : '';
      item.append(element('span', { textContent: `${WORDS[alarm.state]} since ${clock(alarm.sinceMs)}${why}` }));
      return item;
    }),
  );
}

/** The alarms that the dashboard's own alarm widget names, in the states that it shows, the latest change first. */
export function alarmChips({ properties }, alarms) {
  const { alarms: arns, states = ORDER } = properties;
  const known = new Map(alarms.map((alarm) => [alarm.arn, alarm]));
  const unknown = (arn) => ({
    name: arn,
    state: 'INSUFFICIENT_DATA',
    description: 'There is no such alarm',
    sinceMs: 0,
  });
  const shown = arns
    .map((arn) => known.get(arn) ?? unknown(arn))
    .filter(({ state }) => states.includes(state))
    .sort((a, b) => b.sinceMs - a.sinceMs);
  if (shown.length === 0) return element('p', { textContent: 'None' });
  const chips = shown.map(({ name, state, description }) => {
    const text = `${plain(name).replace(/Alarm$/, '')}: ${WORDS[state]}`;
    const chip = element('li', { textContent: text, title: description });
    chip.dataset.state = state;
    return chip;
  });
  return element('ul', { className: 'chips' }, ...chips);
}
