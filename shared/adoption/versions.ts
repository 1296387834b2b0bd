/** `[1, 14]` of `1.14.1`; undefined for what is no version. */
function minorOf(version: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** Whether a version is at least `since`, such as 1.12; a version that cannot be read is taken for the newest. */
export function isAtLeast(version: string | null, since: string): boolean {
  const [have, want] = [minorOf(version ?? ''), minorOf(since)];
  if (!have || !want) return true;
  return have[0] > want[0] || (have[0] === want[0] && have[1] >= want[1]);
}
