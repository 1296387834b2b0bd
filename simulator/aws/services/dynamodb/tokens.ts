import type { AttributeValue } from './attribute-values.ts';
import { validation } from './failures.ts';
import type { Placeholders } from './placeholders.ts';

export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

type Token = {
  readonly type: 'name' | 'namePlaceholder' | 'valuePlaceholder' | 'index' | 'symbol' | 'end';
  readonly text: string;
};

const MAX_BYTES = 4096;
const TOKEN =
  /\s*(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<namePlaceholder>#[A-Za-z0-9_]+)|(?<valuePlaceholder>:[A-Za-z0-9_]+)|(?<index>\d+)|(?<symbol><>|<=|>=|[=<>(),.[\]+-]))/y;

// Callers write few expressions, each of them very often.
const MOST_KNOWN = 1000;
const tokenized = new Map<string, readonly Token[]>();

function tokensOf(kind: ExpressionKind, text: string): readonly Token[] {
  const known = tokenized.get(text);
  if (known) return known;
  const tokens = tokenize(kind, text);
  if (tokenized.size >= MOST_KNOWN) tokenized.clear();
  tokenized.set(text, tokens);
  return tokens;
}

function tokenize(kind: ExpressionKind, text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const rest = text.slice(at).trimStart();
      throw validation(`Invalid ${kind}: Syntax error; token: "${rest.slice(0, 1)}", near: "${rest.slice(0, 10)}"`);
    }
    const [type, found] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? ['end', ''];
    tokens.push({ type: type as Token['type'], text: found });
  }
  return tokens;
}

const END: Token = { type: 'end', text: '<EOF>' };

/** The tokens of one expression, read from left to right. */
export class TokenReader {
  readonly kind: ExpressionKind;
  readonly placeholders: Placeholders;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(kind: ExpressionKind, text: string, placeholders: Placeholders) {
    this.kind = kind;
    this.placeholders = placeholders;
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES)
      throw this.invalid(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
    this.#tokens = tokensOf(kind, text);
  }

  invalid(reason: string): Error {
    return validation(`Invalid ${this.kind}: ${reason}`);
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? END;
  }

  take(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Whether the next token is this symbol or, in any case, this word. */
  sees(text: string): boolean {
    const token = this.peek();
    return token.type === 'symbol' ? token.text === text : token.type === 'name' && token.text.toUpperCase() === text;
  }

  accept(text: string): boolean {
    const isNext = this.sees(text);
    if (isNext) this.#position += 1;
    return isNext;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek().type !== 'end') throw this.syntaxError();
  }

  syntaxError(): Error {
    const near = [this.peek(-1), this.peek(), this.peek(1)].filter((token) => token !== END).map((token) => token.text);
    return this.invalid(`Syntax error; token: "${this.peek().text}", near: "${near.join(' ')}"`);
  }

  takeValue(): { kind: 'value'; value: AttributeValue } | undefined {
    if (this.peek().type !== 'valuePlaceholder') return undefined;
    return { kind: 'value', value: this.placeholders.value(this.kind, this.take().text) };
  }
}
