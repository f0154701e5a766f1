import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileToWrite, positive, secondsInMs, wholeNumber } from "../../commands/cli/optionValues";

test("a time is in seconds, and one that Node's timers can't hold is refused", () => {
  expect(secondsInMs("0.5")).toBe(500);
  expect(() => secondsInMs("300000")).toThrow("write at most 86400, which is a day.");
  expect(() => secondsInMs("soon")).toThrow("write a number above 0.");
  expect(() => positive("Infinity")).toThrow("write a number above 0.");
});

test("a count is a whole number in its range", () => {
  expect(["0", "10"].map(wholeNumber(0, 10))).toEqual([0, 10]);
  for (const text of ["0", "11", "99999999999", "1e1", "-1", "2.5", ""])
    expect(() => wholeNumber(1, 10)(text)).toThrow("write a whole number from 1 to 10.");
});

test("a file to write is in a folder, and is none", () => {
  const file = join(tmpdir(), "report.json");
  expect(fileToWrite(file)).toBe(file);
  expect(() => fileToWrite(tmpdir())).toThrow("it is a folder: name a file in it.");
  expect(() => fileToWrite(join(file, "nothing", "report.json"))).toThrow("its folder does not exist.");
});
