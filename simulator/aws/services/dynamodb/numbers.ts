import { validation } from './failures.ts';

/** coefficient * 10^exponent, without trailing zeros in the coefficient: DynamoDB's numbers are decimal and exact. */
type Decimal = { readonly coefficient: bigint; readonly exponent: number };

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
const MAX_DIGITS = 38;

/** The one spelling under which a number is stored and given back; refuses what is no number or has more than 38 digits. */
export function canonicalNumber(text: string): string {
  return format(parse(text));
}

export function addNumbers(left: string, right: string): string {
  return format(checked(sum(parse(left), parse(right))));
}

export function subtractNumbers(left: string, right: string): string {
  const other = parse(right);
  return format(checked(sum(parse(left), { ...other, coefficient: -other.coefficient })));
}

/** Negative, zero or positive, as a sort function wants it. */
export function compareNumbers(left: string, right: string): number {
  const other = parse(right);
  const { coefficient } = sum(parse(left), { ...other, coefficient: -other.coefficient });
  return coefficient === 0n ? 0 : coefficient < 0n ? -1 : 1;
}

function parse(text: string): Decimal {
  const match = NUMBER.exec(text);
  const [, sign = '', whole = '', fraction = '', power = '0'] = match ?? [];
  if (!match || whole + fraction === '') {
    throw validation(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const magnitude = BigInt(whole + fraction);
  return checked(
    normalise({ coefficient: sign === '-' ? -magnitude : magnitude, exponent: Number(power) - fraction.length }),
  );
}

function normalise({ coefficient, exponent }: Decimal): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = coefficient.toString();
  const kept = digits.replace(/0+$/, '');
  return { coefficient: BigInt(kept), exponent: exponent + digits.length - kept.length };
}

function checked(value: Decimal): Decimal {
  const digits = value.coefficient.toString().replace('-', '').length;
  const magnitude = digits + value.exponent - 1;
  if (value.coefficient !== 0n && magnitude > 125)
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (value.coefficient !== 0n && magnitude < -130)
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  if (digits > MAX_DIGITS) throw validation('Attempting to store more than 38 significant digits in a Number');
  return value;
}

function sum(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (value: Decimal) => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return normalise({ coefficient: scaled(left) + scaled(right), exponent });
}

function format({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = coefficient.toString().replace('-', '');
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
