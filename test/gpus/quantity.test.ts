import { notKnown } from "../../gpus/manifest";
import { quantity, wholeCount } from "../../gpus/quantity";

test.each([
  [2, 2],
  ["2", 2],
  ["2.0", 2],
  ["+2", 2],
  [".5", 0.5],
  ["2000m", 2],
  ["2e0", 2],
  ["2E3", 2000],
  ["1k", 1000],
  ["1Ki", 1024],
  ["2E", 2e18],
  ["-1", -1],
  [notKnown, notKnown],
])("%p is %p", (written, amount) => expect(quantity(written)).toBe(amount));

test.each<unknown>(["", " 2", "two", "2GB", "0x8", "1_000", null, undefined, true, [8], {}, { toString: 1 }])(
  "%p is no quantity",
  (written) => expect(quantity(written)).toBeNaN(),
);

test.each([
  ["500m", 1],
  [2.1, 3],
  [-3, 0],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, Number.NaN],
  [Number.POSITIVE_INFINITY, Number.NaN],
  ["many", Number.NaN],
  [notKnown, notKnown],
])("%p counts as %p", (written, pods) => expect(wholeCount(written)).toBe(pods));
