/** The words of a shell's script, as far as they are known before it runs. */

/** A word, or an operator between words, with its place in the script. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isOperator: boolean;
  /** Whether only the shell knows it: the output of a command, a variable that nothing sets, names of files. */
  readonly isDynamic: boolean;
}

/** What is known of a shell before it runs. */
export interface Shell {
  /** Value of a variable; undefined where it is not known. */
  readonly knownValue: (name: string) => string | undefined;
  /** Whether one that is not known may be set all the same. */
  readonly maySet: (name: string) => boolean;
  /** Whether it is bash, which expands more than POSIX has. */
  readonly isBash: boolean;
}

/**
 * Reads a script as POSIX' shells do: quotes, escapes, continued lines, comments and variables.
 * @param positional the words that follow the script, as `$@`
 */
export function tokensOf(script: string, shell: Shell, positional: readonly string[] = []): Token[] {
  const tokens: Token[] = [];
  let word: { text: string; start: number; isDynamic: boolean } | undefined;
  const arrays = new Map<string, readonly string[]>();
  let i = 0;
  const end = () => {
    if (word) tokens.push({ ...word, end: i, isOperator: false });
    word = undefined;
  };
  const add = (text: string, isDynamic = false) => {
    word ??= { text: "", start: i, isDynamic: false };
    word = { ...word, text: word.text + text, isDynamic: word.isDynamic || isDynamic };
  };
  const addAll = (words: readonly string[]) => {
    for (const [n, text] of words.entries()) {
      if (n > 0) end();
      add(text);
    }
  };
  /** What `$` or a backtick begins. Without quotes a value is divided at its blanks. */
  const expansion = (isQuoted: boolean) => {
    const rest = script.slice(i);
    const [written, braced, list, operator, initial, plain] = variable.exec(rest) ?? [];
    const name = braced ?? plain;
    if (written === undefined || name === undefined) {
      const length = substitutionLength(rest);
      const isQuote = shell.isBash && !isQuoted && /^\$['"]/.test(rest);
      add(rest.slice(0, length), length > 1 || isQuote);
      i += length;
      return;
    }
    const words = /^[@*]$/.test(name) ? positional : list === undefined ? undefined : arrays.get(name);
    const known = shell.knownValue(name);
    const isInitial = known === undefined || (known === "" && operator === ":-");
    const isOpen =
      isInitial && (/[$`\\"']/.test(initial ?? "") || (known === undefined && shell.maySet(name)));
    const value = isInitial ? (initial ?? known) : known;
    if (words) addAll(words);
    else if (value === undefined || list !== undefined || isOpen) add(written, true);
    else if (!isQuoted && /[*?]/.test(value)) add(value, true);
    else if (isQuoted) add(value);
    else addAll(value.split(/[ \t\n]+/).filter((part) => part !== ""));
    i += written.length;
  };
  /** The words of `NAME=(…)`, as bash has them. */
  const array = (name: string) => {
    const [written = "(", inner = ""] = /^\(([^()]*)\)?/.exec(script.slice(i)) ?? [];
    const words = tokensOf(inner.replaceAll("\n", " "), shell, positional);
    if (words.every((token) => !token.isDynamic))
      arrays.set(
        name,
        words.map(({ text }) => text),
      );
    add(written);
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
    else if (char === "(" && word?.text.endsWith("=")) array(word.text.slice(0, -1));
    else if (/[;&|<>()\n]/.test(char)) {
      if (/[<>]/.test(char) && word && /^\d$/.test(word.text)) word = undefined; // the number of a file
      end();
      const [text = char] = /^(\n|[;&|<>()]+)/.exec(script.slice(i)) ?? [];
      tokens.push({ text, start: i, end: i + text.length, isOperator: true, isDynamic: false });
      i += text.length;
    } else {
      add(char, isExpanded(script.slice(i), word === undefined, shell.isBash));
      i++;
    }
  }
  end();
  return tokens;
}

/** A variable: in braces, perhaps as a list or with the value that it has where it is not set, or plain. */
const variable = /^\$(?:\{(\w+|@)(\[@\])?(?:(:?-)([^{}]*))?\}|([A-Za-z_]\w*|[@*]))/;

/** Whether a shell puts names of files, of a home or of alternatives in the place of what a text begins with. */
const isExpanded = (text: string, isFirst: boolean, isBash: boolean) =>
  /^[*?]/.test(text) ||
  (isFirst && text.startsWith("~")) ||
  (isBash && /^\{[^\s{}]*(,|\.\.)[^\s{}]*\}/.test(text));

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
