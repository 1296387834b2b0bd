/** An amount for people: cents, or six decimals where cents would show nothing. */
export function dollars(amount: string, currency: string): string {
  const isNegative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const micros = BigInt(whole + fraction.padEnd(6, '0').slice(0, 6));
  const cents = (micros + 5000n) / 10_000n;
  const isSmall = cents === 0n && micros !== 0n;
  const digits = String(cents).padStart(3, '0');
  const grouped = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  const text = isSmall ? `${whole}.${fraction}` : `${grouped}.${digits.slice(-2)}`;
  return `${isNegative ? '-' : ''}${text} ${currency}`;
}

export function hoursText(hours: string): string {
  return `${Number(hours).toLocaleString('en-US', { maximumFractionDigits: 1 })} h`;
}
