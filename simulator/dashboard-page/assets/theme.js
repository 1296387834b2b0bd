const KEY = 'joinery-theme';
const DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** Light or dark: what was chosen here before, or what the system says. */
export function startTheme(button, changed) {
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = theme === 'dark' ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Change to the ${theme === 'dark' ? 'light' : 'dark'} theme`);
    changed();
  };
  const wanted = () => localStorage.getItem(KEY) ?? (DARK.matches ? 'dark' : 'light');
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, wanted() === 'dark' ? 'light' : 'dark');
    show(wanted());
  });
  DARK.addEventListener('change', () => show(wanted()));
  show(wanted());
}

/** A colour of the style sheet. */
export function styled(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const OTHERS = [
  '#2a78b8',
  '#d9822b',
  '#2b8a5b',
  '#7a5aa6',
  '#1c8c99',
  '#c2577c',
  '#8a6d3b',
  '#5b7083',
  '#9aa52b',
  '#b0563f',
];

/** The colours of series: their own, or the next that none of them has. Dark ones are lightened on a dark page. */
export function colorsOf(series) {
  const own = new Set(series.map(({ color }) => color));
  const free = OTHERS.filter((color) => !own.has(color));
  let next = 0;
  return series.map(({ color }) => readable(color ?? free[next++ % free.length]));
}

export function readable(color) {
  if (document.documentElement.dataset.theme !== 'dark') return color;
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const brightness = (0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2]) / 255;
  const share = brightness < 0.3 ? 0.5 : brightness < 0.5 ? 0.28 : 0;
  return `#${parts
    .map((part) =>
      Math.round(part + (255 - part) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
