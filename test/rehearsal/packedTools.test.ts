import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Loaded where PATH has no Go. */
const load = (): typeof import("../../rehearsal/tools") => require("../../rehearsal/tools");

const folder = mkdtempSync(join(tmpdir(), "packed-"));
const { PATH } = process.env;
beforeAll(() => {
  process.env.PATH = "/nowhere";
  process.env[load().packedPrograms] = folder;
  for (const name of ["etcd", "nats-server"]) writeFileSync(join(folder, name), "");
});
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

test("a pack's programs are run without Go", async () => {
  const { buildTools } = load();
  expect(await buildTools(["etcd", "natsServer"])).toEqual({
    etcd: join(folder, "etcd"),
    natsServer: join(folder, "nats-server"),
  });
});

test("one that a pack lacks is built, for which Go is asked", async () => {
  const { buildTools } = load();
  await expect(buildTools(["etcd", "kwok"])).rejects.toThrow("go is not on PATH");
});
