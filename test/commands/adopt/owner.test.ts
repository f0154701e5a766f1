/** Whose label a stack puts on graphs before it has made anything. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ownerOfStack } from "../../../commands/adopt/owner";
import { ownerOf } from "../../../plan/owner";

const dir = mkdtempSync(join(tmpdir(), "owner-"));
const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A CLI that is logged in to a backend, and tells the outputs of each stack. */
function cliOf(url: string, outputs = "{}"): void {
  const answer = `case "$1" in whoami) echo '{"user":"me","url":"${url}"}';; *) echo '${outputs}';; esac`;
  writeFileSync(join(dir, "pulumi"), `#!/bin/sh\n${answer}\n`);
  chmodSync(join(dir, "pulumi"), 0o755);
  process.env.PATH = [dir, PATH].join(delimiter);
}

const chat = { project: "dynamo", stack: "chat" };
const owner = (organization?: string) =>
  ownerOfStack("chat", { project: "dynamo", name: "chat", organization }, false);

test("a backend without organizations has one of its own name", async () => {
  cliOf("file:///state");
  expect(await owner()).toBe(ownerOf(chat));
});

test("Pulumi Cloud's organization must be given, as the label has it", async () => {
  cliOf("https://app.pulumi.com/me");
  await expect(owner()).rejects.toThrow(/write --stack ORGANIZATION\/chat/);
  expect(await owner("acme")).toBe(ownerOf({ ...chat, organization: "acme" }));
});

test("a stack that was deployed tells it", async () => {
  cliOf("https://app.pulumi.com/me", '{"owner":"dev-0123456789abcdef"}');
  expect(await ownerOfStack("dev", { project: "dynamo", name: "dev" }, true)).toBe("dev-0123456789abcdef");
});

test("without a CLI it follows from the name", async () => {
  process.env.PATH = dir.replace(/.$/, "-");
  expect(await owner()).toBe(ownerOf(chat));
});
