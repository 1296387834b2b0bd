function filled(size: number, piece: (index: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0, index = 0; length < size; index += 1) {
    const next = piece(index);
    pieces.push(next);
    length += next.length;
  }
  return pieces.join('');
}

/** Texts that are made to take a reader long, by what is in them, each of about the size that is given. */
export const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  'brackets within brackets': (size) => `a: ${'['.repeat(size)}`,
  'braces within braces': (size) => `a: ${'{a: '.repeat(size / 4)}`,
  'brackets side by side': (size) => `a: [${'[],'.repeat(size / 3)}]`,
  'lists within lists': (size) => '- '.repeat(size / 2),
  'maps within maps': (size) => filled(size, (index) => `${' '.repeat(index)}a:\n`),
  'one map of many keys': (size) => filled(size, (index) => `k${index}: 1\n`),
  'one map of one key': (size) => 'k: 1\n'.repeat(size / 5),
  'one line of many keys': (size) => `{${filled(size, (index) => `k${index}: 1, `)}}`,
  'many documents': (size) => '---\na: 1\n'.repeat(size / 9),
  'empty documents': (size) => '---\n'.repeat(size / 4),
  'many anchors': (size) => filled(size, (index) => `- &a${index} x\n`),
  'many aliases': (size) => `- &a x\n${'- *a\n'.repeat(size / 5)}`,
  'aliases that multiply': () =>
    filled(
      400,
      (index) =>
        `a${index}: &a${index} [${Array(9)
          .fill(index ? `*a${index - 1}` : 'x')
          .join(', ')}]\n`,
    ),
  'many tags': (size) => '- !t x\n'.repeat(size / 7),
  'many directives': (size) => `${filled(size, (index) => `%TAG !t${index}! tag:x,2026:\n`)}---\na: 1\n`,
  'many comments': (size) => `a: 1\n${'# c\n'.repeat(size / 4)}`,
  'comments at every column': (size) =>
    `a:\n  b: 1\n${filled(size, (index) => `${' '.repeat(index % 50)}# c\n`)}c: 1\n`,
  'empty lines': (size) => `a: 1\n${'\n'.repeat(size)}b: 2\n`,
  'a long key': (size) => `${'k'.repeat(size)}: 1\n`,
  'a key with a question mark': (size) => `? ${'k'.repeat(size)}\n: 1\n`,
  'question marks': (size) => '? '.repeat(size / 2),
  'a long plain text': (size) => `a: ${'x '.repeat(size / 2)}\n`,
  'a plain text over many lines': (size) => `a: x\n${'  x\n'.repeat(size / 4)}`,
  'a quoted text over many lines': (size) => `a: "x\n${'  x\n'.repeat(size / 4)}"\n`,
  'a quote that does not end': (size) => `a: "${'x'.repeat(size)}`,
  'quotes that do not end': (size) => 'a: "x\n'.repeat(size / 6),
  'a block of text': (size) => `a: |\n${'  x\n'.repeat(size / 4)}`,
  'a folded block': (size) => `a: >\n${'  x\n\n'.repeat(size / 5)}`,
  escapes: (size) => `a: "${'\\x41'.repeat(size / 4)}"\n`,
  spaces: (size) => `a:${' '.repeat(size)}1\n`,
  'spaces before a comment': (size) => `a: 1${' x'.repeat(size / 2)} # c\n`,
  tabs: (size) => 'a:\t1\n\t'.repeat(size / 6),
  colons: (size) => ':'.repeat(size),
  'colons and spaces': (size) => ': '.repeat(size / 2),
  dashes: (size) => '-'.repeat(size),
  'dashes on lines': (size) => '-\n'.repeat(size / 2),
  commas: (size) => `[${','.repeat(size)}]`,
  'closing brackets': (size) => ']'.repeat(size),
  'errors on every line': (size) => 'a: b: c\n'.repeat(size / 8),
  'errors in every document': (size) => '---\na: ]\n'.repeat(size / 9),
  'percent signs': (size) => '%\n'.repeat(size / 2),
  'ends of documents': (size) => '...\n'.repeat(size / 4),
  'carriage returns': (size) => 'a: 1\r'.repeat(size / 5),
  ampersands: (size) => '&'.repeat(size),
  stars: (size) => '* '.repeat(size / 2),
  'exclamation marks': (size) => '!'.repeat(size),
  zeros: (size) => `a: ${'0'.repeat(size)}x\n`,
  'a list of numbers': (size) => `a: [${'1,'.repeat(size / 2)}]`,
  patterns: (size) => pool(`[${filled(size, (index) => `"*${index % 7}.x${index}*",`)}"c5.*"]`),
  'patterns of stars': (size) => pool(`["${'*a'.repeat(size / 2)}", "c5.*"]`),
};

function pool(values: string): string {
  const requirement = `{ key: node.kubernetes.io/instance-type, operator: In, values: ${values} }`;
  return `apiVersion: karpenter.sh/v1beta1\nkind: NodePool\nmetadata: { name: p }\nspec:\n  template:\n    spec:\n      nodeClassRef: { name: default }\n      requirements:\n        - ${requirement}\n`;
}
