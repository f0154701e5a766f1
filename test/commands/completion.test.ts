import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Command, Option } from "commander";
import { completionScript } from "../../commands/cli/completionScript";
import { npmName } from "../../commands/cli/npmName";
import { scripts } from "../../package.json";
import { names } from "./command";

const root = join(__dirname, "../..");

/** Commands with an option of each kind: to load the real ones takes seconds, and test/docs/docs.test.ts does. */
const script = completionScript(
  new Map([
    ["lint", new Command()],
    ["init", new Command().addOption(new Option("--mode <mode>").choices(["kubernetes", "nats-etcd"]))],
    [
      "preview",
      new Command()
        .option("-s, --stack <name>")
        .option("-o, --out <dir>")
        .option("-n, --requests <count>")
        .option("--json"),
    ],
  ]),
);

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
  [["npm", "run", "preview", "--", "--stack", "p"], ["prod"]],
  [
    ["npm", "run", "init", "--", "chat", "--mode", ""],
    ["kubernetes", "nats-etcd"],
  ],
  [["npm", "run", "preview", "--", "--out", "exam"], ["examples"]],
  [["npm", "run", "preview", "--", "--requests", ""], []],
  [["npm", "run", "test", "--", ""], []],
  [["npm", "install", ""], []],
])("%j is completed", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test("each command is a script of npm, by which it is completed", () => {
  for (const name of names) expect(scripts).toHaveProperty(npmName(name), expect.stringMatching(` ${name}$`));
  expect(npmName("upgradeCheck")).toBe("upgrade-check");
});
