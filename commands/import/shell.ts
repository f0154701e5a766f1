/** The words of a shell's script, as far as they are known before it runs. */

/** A word, or an operator between words, with its place in the script. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isOperator: boolean;
  /** Whether only the shell knows it: it has the output of a command, or a variable that nothing sets. */
  readonly isDynamic: boolean;
}

/** Value of a variable; undefined where it is not known. */
export type Variables = (name: string) => string | undefined;

/**
 * Reads a script as POSIX' shells do: quotes, escapes, continued lines, comments and variables.
 * @param positional the words that follow the script, as `$@`
 */
export function tokensOf(script: string, variables: Variables, positional: readonly string[] = []): Token[] {
  const tokens: Token[] = [];
  let word: { text: string; start: number; isDynamic: boolean } | undefined;
  let i = 0;
  const end = () => {
    if (word) tokens.push({ ...word, end: i, isOperator: false });
    word = undefined;
  };
  const add = (text: string, isDynamic = false) => {
    word ??= { text: "", start: i, isDynamic: false };
    word = { ...word, text: word.text + text, isDynamic: word.isDynamic || isDynamic };
  };
  /** What `$` or a backtick begins. Without quotes a value is divided at its blanks. */
  const expansion = (isQuoted: boolean) => {
    const rest = script.slice(i);
    const [written = "", name, initial] =
      /^\$(?:(?:\{(\w+)(?::?-([^{}]*))?\})|(?:([A-Za-z_]\w*|[@*])))/.exec(rest) === null ? [] : named(rest);
    if (written === "" || name === undefined) {
      const length = substitutionLength(rest);
      add(rest.slice(0, length), length > 1);
      i += length;
      return;
    }
    if (name === "@" || name === "*") {
      for (const [n, value] of positional.entries()) {
        if (n > 0) end();
        add(value);
      }
      i += written.length;
      return;
    }
    const value = variables(name) ?? initial;
    if (value === undefined) add(written, true);
    else if (isQuoted) add(value);
    else
      for (const [n, part] of value.split(/[ \t\n]+/).entries()) {
        if (n > 0) end();
        if (part !== "") add(part);
      }
    i += written.length;
  };
  while (i < script.length) {
    const char = script[i] ?? "";
    if (char === "\\") {
      if (script[i + 1] !== "\n") add(script[i + 1] ?? "");
      i += 2;
    } else if (char === "'") {
      const close = script.indexOf("'", i + 1);
      add(script.slice(i + 1, close < 0 ? undefined : close));
      i = close < 0 ? script.length : close + 1;
    } else if (char === '"') {
      add("");
      for (i++; i < script.length && script[i] !== '"'; ) {
        const inner = script[i] ?? "";
        if (inner === "\\" && /[$`"\\\n]/.test(script[i + 1] ?? "")) {
          if (script[i + 1] !== "\n") add(script[i + 1] ?? "");
          i += 2;
        } else if (inner === "$" || inner === "`") expansion(true);
        else {
          add(inner);
          i++;
        }
      }
      i++;
    } else if (char === "$" || char === "`") expansion(false);
    else if (/[ \t]/.test(char)) {
      end();
      i++;
    } else if (char === "#" && word === undefined) i += /^[^\n]*/.exec(script.slice(i))?.[0].length ?? 1;
    else if (/[;&|<>()\n]/.test(char)) {
      if (/[<>]/.test(char) && word && /^\d$/.test(word.text)) word = undefined; // the number of a file
      end();
      const [text = char] = /^(\n|[;&|<>()]+)/.exec(script.slice(i)) ?? [];
      tokens.push({ text, start: i, end: i + text.length, isOperator: true, isDynamic: false });
      i += text.length;
    } else {
      add(char);
      i++;
    }
  }
  end();
  return tokens;
}

/** A variable as it is written, with its name and the value that it has where it is not set. */
function named(text: string): [written?: string, name?: string, initial?: string] {
  const [written, braced, initial, plain] =
    /^\$(?:(?:\{(\w+)(?::?-([^{}]*))?\})|(?:([A-Za-z_]\w*|[@*])))/.exec(text) ?? [];
  return [written ?? "", braced ?? plain ?? "", initial];
}

/** Length of `$(…)`, `${…}` or `` `…` `` at the beginning of a text; 1 where it is none of them. */
function substitutionLength(text: string): number {
  if (text.startsWith("`")) return Math.max(1, text.indexOf("`", 1) + 1);
  const [open, close] = text[1] === "(" ? ["(", ")"] : text[1] === "{" ? ["{", "}"] : ["", ""];
  if (open === "") return 1;
  let depth = 0;
  for (let i = 1; i < text.length; i++) {
    if (text[i] === open) depth++;
    if (text[i] === close && --depth === 0) return i + 1;
  }
  return text.length;
}
