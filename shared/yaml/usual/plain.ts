/** What plain scalars of YAML 1.2's core schema say beside texts. */
export const TRUE = /^(?:[Tt]rue|TRUE)$/;
export const FALSE = /^(?:[Ff]alse|FALSE)$/;
export const NULL = /^(?:~|[Nn]ull|NULL)?$/;
export const NUMBER =
  /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;
