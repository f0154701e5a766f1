/** Whatever happens to the process that started a control plane, nothing is left of it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import pWaitFor from "p-wait-for";
import { buildTools, rehearsalTools, type Tools } from "../../rehearsal/tools";

jest.setTimeout(120_000);

let tools: Tools;
beforeAll(async () => {
  tools = await buildTools(rehearsalTools, { report: console.log });
}, 1_800_000);

let temporary: string;
const owners: ChildProcess[] = [];
beforeEach(async () => {
  temporary = await mkdtemp("/tmp/owner-"); // short, for the socket's path
});
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill("SIGKILL");
  await rm(temporary, { recursive: true });
});

/** A process that starts a control plane in a temporary directory of its own, and runs `then` once it is up. */
async function owner(then: string, options = "{}") {
  const program = `
    const { startControlPlane } = require("./rehearsal/controlPlane");
    process.env.TMPDIR = ${JSON.stringify(temporary)};
    console.log("starting");
    startControlPlane(${JSON.stringify(tools)}, ${options}).then(
      async (plane) => { console.log("up"); ${then} },
      (error) => console.log(error.message),
    );`;
  const child = spawn(process.execPath, ["--import", "tsx", "--eval", program], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  owners.push(child);
  const end = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value as string;
  expect(await nextLine()).toBe("starting");
  return { child, nextLine, end };
}

async function left() {
  const files = (await readdir(temporary)).filter((name) => name.startsWith("dynamo-rehearsal-"));
  const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "args="]);
  return [...files, ...stdout.split("\n").filter((line) => line.startsWith(`${temporary}/`))];
}

test.each([50, 500, 1500, 2500, 3500])("when the start is aborted after %i ms", async (delay) => {
  const { nextLine, end } = await owner("await plane.stop()", `{ signal: AbortSignal.timeout(${delay}) }`);
  console.log(`aborted after ${delay} ms: ${await nextLine()}`);
  await end;
  expect(await left()).toEqual([]);
});

test("when it is killed on the way up or once it is up, and another starts", async () => {
  // Each removes what the ones before have left, and the last one all that those have not come to.
  for (const delay of [50, 500, 1500, 2500, 60_000]) {
    const before = new Set(await left());
    const killed = await owner("setInterval(() => {}, 1000)");
    await pWaitFor(async () => (await left()).some((trace) => !before.has(trace)), { interval: 10 });
    await Promise.race([killed.nextLine(), setTimeout(delay, undefined, { ref: false })]);
    killed.child.kill("SIGKILL");
    await killed.end;
    expect((await left()).filter((trace) => !before.has(trace))).not.toEqual([]);
  }
  const last = await owner("await plane.stop()");
  expect(await last.nextLine()).toBe("up");
  await last.end;
  expect(await left()).toEqual([]);
}, 300_000);
