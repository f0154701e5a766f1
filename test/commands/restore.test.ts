import { parseAllDocuments } from "yaml";
import { run } from "./command";

const restore = (...args: string[]) => run("restore", ...args);

test("prints what to run, and a Job for each member", async () => {
  const { code, stdout } = await restore("--stack", "prod", "--snapshot", "etcd-snapshot-29384750.db");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# Fills the volumes of etcd's members from etcd-snapshot-29384750.db/);
  expect(stdout).toContain("scale statefulset etcd --replicas 3\n");
  const jobs = parseAllDocuments(stdout).map((document) => document.toJS());
  expect(jobs.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ["Job", "restore-etcd-0"],
    ["Job", "restore-etcd-1"],
    ["Job", "restore-etcd-2"],
  ]);
});

test.each([
  [
    "a stack without etcd",
    ["--stack", "dev", "--snapshot", "a.db"],
    "stack dev runs no etcd: there is nothing to restore",
  ],
  ["a path", ["--snapshot", "../a.db"], "--snapshot must be the name of a file"],
  ["no snapshot", [], "required option '--snapshot <file>' not specified"],
])("%s is told in one line", async (_, args, line) => {
  const { code, stdout, stderr } = await restore(...args);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(line);
  expect(stderr).not.toMatch(/^\s+at /m);
});
