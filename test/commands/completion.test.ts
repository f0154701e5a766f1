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

/**
 * What bash offers at the end of a command line.
 * @param before what the shell has run before the script
 */
function offered(words: readonly string[], before = ""): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const ask = `${before}\n${script}\nCOMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}; _pulumi_dynamo npm; echo "\${COMPREPLY[@]}"`;
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
  [["npm", "run", "--silent", "pre"], ["preview"]],
  [["npm", "run", "--silent", "preview", ""], ["--"]],
  [["npm", "run", "--silent", "preview", "--", "--js"], ["--json"]],
  [["npm", "run", "-s", "preview", "--", "--stack", "p"], ["prod"]],
  [["npm", "-s", "run", "preview", "--", "--js"], ["--json"]],
  [["npm", "run", "preview", "--silent", "--", "--js"], ["--json"]],
  [["npm", "run", "preview", "--js"], []],
  [["npm", "run", "test", "--", ""], []],
  [["npm", "install", ""], []],
])("%j is completed", (words, expected) => {
  expect(offered(words)).toEqual(expected);
});

describe("what completed npm before", () => {
  const own = "of_npm() { COMPREPLY=(from-npm); }\ncomplete -o default -F of_npm npm";

  test.each([
    [["npm", "r"], ["from-npm"]],
    [["npm", "run", "te"], ["from-npm"]],
    [["npm", "run", "--si"], ["from-npm"]],
    [["npm", "run", "test", "--", ""], ["from-npm"]],
    [["npm", "install", ""], ["from-npm"]],
    [["npm", "run", "pre"], ["preview"]],
    [["npm", "run", "preview", "--", "--requests", ""], []],
  ])("goes on where nothing of the project follows: %j", (words, expected) => {
    expect(offered(words, own)).toEqual(expected);
  });

  test("is kept when the script is loaded again", () => {
    expect(offered(["npm", "r"], `${own}\n${script}`)).toEqual(["from-npm"]);
  });

  test("may be one that the shell loads late", () => {
    expect(offered(["npm", "r"], `_completion_loader() {\n${own}\n}`)).toEqual(["from-npm"]);
  });

  test("is else the shell's own", () => {
    const ask = `${script}\ncomplete -p npm`;
    const shown = execFileSync("bash", ["--norc", "-c", ask], { encoding: "utf8" });
    expect(shown).toBe("complete -o bashdefault -o default -F _pulumi_dynamo npm\n");
  });
});

test("each command is a script of npm, by which it is completed", () => {
  for (const name of names) expect(scripts).toHaveProperty(npmName(name), expect.stringMatching(` ${name}$`));
  expect(npmName("upgradeCheck")).toBe("upgrade-check");
});
