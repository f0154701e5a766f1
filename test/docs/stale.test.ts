/** Where a generated file is not as it would be written, `npm run docs` writes it, and with --check tells of it alone. */
import { run } from "../commands/command";

const stale = "docs/policies.md";
const written = jest.fn();
jest.mock("node:fs", () => {
  const fs = jest.requireActual<typeof import("node:fs")>("node:fs");
  return {
    ...fs,
    readFileSync: (...args: Parameters<typeof fs.readFileSync>) =>
      String(args[0]).endsWith(stale) ? "as it was" : fs.readFileSync(...args),
    writeFileSync: (path: string) => written(path),
  };
});
afterEach(() => written.mockClear());

test("it is written", async () => {
  expect(await run("docs")).toEqual({ code: 0, stdout: `${stale} written\n`, stderr: "" });
  expect(written.mock.calls).toEqual([[expect.stringMatching(`${stale}$`)]]);
});

test("it is told, and left as it is", async () => {
  const { code, stderr } = await run("docs", "--check");
  expect([code, stderr]).toEqual([1, expect.stringContaining(`stale: ${stale}; run npm run docs`)]);
  expect(written).not.toHaveBeenCalled();
});
