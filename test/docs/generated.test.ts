/** The editors' JSON schema has every default and bound, and the pages what people read of them: they are what the program says now. */
import { run } from "../commands/command";

test("what npm run docs writes is up to date", async () => {
  expect(await run("docs", "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
});
