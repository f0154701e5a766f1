/** Mistakes in the command line: each is one sentence that says what to write. */
import { commandOf, names, run } from "./command";

test.each([
  ["init", ["Team"], '<name> can\'t be "Team": write lower-case letters, digits and dashes, at most 40'],
  ["init", ["chat", "--mode", "x"], '--mode can\'t be "x": write kubernetes or nats-etcd'],
  ["init", ["chat", "-w", "0"], '--workers can\'t be "0": write a whole number from 1 to 1000'],
  [
    "init",
    ["chat", "-w", "a' is invalid. b"],
    /^error: --workers can't be "a' is invalid\. b": write a whole/,
  ],
  ["init", ["a", "b"], 'too many arguments, "b": remove it'],
  ["import", ["x", "-r", "9.9.9"], /^error: --runtime "9\.9\.9" is not known: write a version of \S+ to /],
  ["preview", ["team"], 'too many arguments, "team": write --stack team'],
  ["preview", ["team", "x"], 'too many arguments, "team" and "x": remove them'],
  ["preview", ["--stack", "dev", "team"], 'too many arguments, "team": remove it'],
  ["completion", ["x"], 'too many arguments, "x": remove it'],
  ["preview", ["--json", "--markdown"], /^error: option '--json' cannot be used with option '--markdown'\n$/],
])("%s %j", async (name, args, message) => {
  const { code, stdout, stderr } = await run(name, ...args);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: typeof message === "string" ? `error: ${message}\n` : expect.stringMatching(message),
  });
});

test("a secret is not repeated, and nothing moves the cursor", async () => {
  const token = `hf_${"a".repeat(34)}`;
  const { stderr } = await run("init", `${token}\u001b[2J`);
  expect(stderr).toMatch(/^error: <name> can't be /);
  expect(stderr).not.toContain("aaaa");
  expect(stderr).not.toContain("\u001b");
});

const withArguments = names.filter((name) => commandOf(name).registeredArguments.some((one) => one.required));

test.each(withArguments)("%s without an argument shows an example", async (name) => {
  const { code, stderr } = await run(name);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(
      `^error: <\\w+> is missing: .+\nusage: npm run ${name} -- \\[options\\] <.+>, such as npm run ${name} -- [a-z.]+\n$`,
    ),
  );
  expect(stderr).not.toContain("undefined");
});
