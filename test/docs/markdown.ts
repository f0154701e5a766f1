/** What the tests read of a Markdown file. */

export interface Fence {
  readonly language: string;
  readonly text: string;
}

const fence = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Fenced blocks, without the indentation of the list that they are in. */
export function fences(markdown: string): Fence[] {
  return [...markdown.matchAll(fence)].map(([, indent = "", language = "", text = ""]) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

const withoutFences = (markdown: string) => markdown.replaceAll(fence, "");

/** Inline code, as in tables. */
export function codeSpans(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** Targets of links and pictures. */
export function links(markdown: string): string[] {
  const prose = withoutFences(markdown).replaceAll(/`[^`\n]+`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** Anchors of its headings, as GitHub makes them. */
export function anchors(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The commands of a shell script, each as its words: those that `|`, `&&`, `;` and parentheses divide are several. */
export function commands(script: string): string[][] {
  const all: string[][] = [];
  for (const line of script.replaceAll("\\\n", " ").split("\n")) {
    let words: string[] = [];
    for (const [token] of line.matchAll(/#.*|[|&;()]+|(?:'[^']*'|"[^"]*"|[^\s|&;()'"])+/g)) {
      if (token.startsWith("#")) break;
      if (/^[|&;()]/.test(token)) {
        all.push(words);
        words = [];
      } else if (words.length > 0 || !/^\w+=/.test(token)) words.push(token); // env before a command
    }
    all.push(words);
  }
  return all.filter((words) => words.length > 0);
}
