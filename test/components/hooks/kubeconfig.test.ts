/** What is told of a kubeconfig that can't be read: nothing of what is in it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as client from "@kubernetes/client-node";
import { readKubeconfig } from "../../../components/hooks/kubeconfig";

const home = mkdtempSync(join(tmpdir(), "home-"));
const file = join(home, "config");
const { KUBECONFIG, HOME } = process.env;
afterEach(() => Object.assign(process.env, { KUBECONFIG: KUBECONFIG ?? "", HOME }));
afterAll(() => rmSync(home, { recursive: true }));

const token = "SUPERSECRETTOKEN123";
const no = "the kubeconfig can't be read:";

describe.each([
  ["the one that kubectl takes", (text: string) => write(text)],
  ["a path", (text: string) => write(text, file)],
  ["a text", (text: string) => text],
])("%s", (_, given) => {
  test.each([
    [`users:\n- user:\n    token: ${token}\n   name: me`, `${no} it is no YAML from line 4 on`],
    [`a:\n  token: "${token}\n`, `${no} it is no YAML from line 3 on`],
    [`a: *${token}`, `${no} it is no YAML from line 1 on`],
    ["", `${no} it is empty, or none`],
    [`users: [{ user: { token: ${token} } }]`, `${no} users[0].name is missing`],
  ])("%j", (text, message) => {
    const read = given(text);
    expect(() => readKubeconfig(client, read)).toThrow(new Error(message));
  });
});

test("none at all is told as that", () => {
  Object.assign(process.env, { KUBECONFIG: "", HOME: home });
  expect(() => readKubeconfig(client, undefined)).toThrow(
    "there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config",
  );
});

function write(text: string, path?: string): string | undefined {
  writeFileSync(file, text);
  process.env.KUBECONFIG = file;
  return path;
}
