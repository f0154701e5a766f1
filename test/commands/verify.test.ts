/** The whole command, with a Pulumi CLI that prints what a test says. */
import { dirname } from "node:path";
import { run } from "./command";
import { outputs, surroundings } from "./surroundings";

const { fakePulumi, kubeconfig } = surroundings();

async function refused(line: RegExp, ...args: string[]) {
  const { code, stdout, stderr } = await run("verify", "--stack", "dev", ...args);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([code, stdout]).toEqual([1, ""]);
}

test("no Pulumi CLI", async () => {
  process.env.PATH = dirname(process.execPath);
  await refused(/^error: the Pulumi CLI is not on PATH/m);
});

test("a stack that is not deployed", async () => {
  fakePulumi({});
  await refused(/^error: stack dev is not deployed yet: run `pulumi up --stack dev`$/m);
});

test("a stack of another version of the program", async () => {
  const { services: _, ...others } = outputs;
  fakePulumi(others);
  await refused(
    /^error: stack dev was deployed by another version of this program \(its outputs lack services\)/m,
  );
});

test("a stack of a runtime that the program does not know", async () => {
  fakePulumi({ ...outputs, runtime: "9.0.0" });
  await refused(/^error: stack dev runs Dynamo 9\.0\.0, and this program knows 0\.7 to 1\.7/m);
});

test("a stack without graphs", async () => {
  fakePulumi({ ...outputs, graphs: {}, services: [] });
  await refused(/^error: stack dev has no graphs/m);
});

test("an API server that is gone", async () => {
  fakePulumi(outputs);
  kubeconfig({ server: "https://127.0.0.1:1" });
  await refused(/^error: .*the API server https:\/\/127\.0\.0\.1:1 does not answer/m);
});

test("a timeout that is no number", async () => {
  await refused(/write a number above 0/, "--timeout", "soon");
});
