import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { endOf, launch } from "../../rehearsal/launch";

const directory = mkdtempSync(join(tmpdir(), "launch-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("what a process has started ends with it, however it ends", async () => {
  const log = join(directory, "log");
  const command = ["/bin/sh", "-c", "sleep 600 & echo $!; wait"];
  const server = await launch({ command, env: {}, directory, log });
  const started = () => readFileSync(log, "utf8").trim();
  await pWaitFor(() => started() !== "");
  expect(existsSync(`/proc/${started()}`)).toBe(true);
  server.kill("SIGKILL");
  expect(await endOf(server)).toBe("SIGKILL");
  await pWaitFor(() => !existsSync(`/proc/${started()}`), { timeout: 5_000 });
});
