import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { run } from "./command";

jest.setTimeout(60_000);

const root = join(__dirname, "../..");
let script = "";

beforeAll(async () => {
  ({ stdout: script } = await run("completion"));
});

/** What bash offers at the end of a command line. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}; _pulumi_dynamo; echo "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", ask], { cwd: root, encoding: "utf8" }).split(/\s+/).filter(Boolean);
}

test.each([
  [["npm", "run", "pre"], ["preview"]],
  [["npm", "run", "preview", ""], ["--"]],
  [["npm", "run", "preview", "--", "--js"], ["--json"]],
  [["npm", "run", "verify", "--", "--stack", "p"], ["prod"]],
  [
    ["npm", "run", "init", "--", "chat", "--mode", ""],
    ["kubernetes", "nats-etcd"],
  ],
  [["npm", "run", "preview", "--", "--out", "exam"], ["examples"]],
  [["npm", "run", "traffic", "--", "--requests", ""], []],
  [["npm", "run", "lint", "--", ""], []],
  [["npm", "install", ""], []],
])("%j is completed", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});
