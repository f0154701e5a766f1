import { cleanJson, parseForeignJson, printable, printableLines, some, toJson } from "../../config/printable";
import fc from "../fastCheck";

const obeyed = "\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J\u009b31m\u202egnp\u200b\u2028x";
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant(obeyed)).map((one) => one.repeat(3));

test("a text keeps what can be seen, in one line", () => {
  expect(printable(obeyed)).toBe("redgnp x");
  expect(printable("two\r\n\tlines, é 日本 👍")).toBe("two lines, é 日本 👍");
});

test("none has a character that a terminal obeys, or is longer than allowed", () =>
  fc.assert(
    fc.property(text, (one) => {
      const shown = printable(one, 20);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(shown.length).toBeLessThanOrEqual(21);
      expect(printable(shown, 21)).toBe(shown);
    }),
  ));

test("a message keeps its first lines", () => {
  const lines = printableLines("a\u001b[1mb\n".repeat(10_000)).split("\n");
  expect([lines[0], lines.length, lines.at(-1)]).toEqual(["ab", 101, "… and 9901 more"]);
  expect(some(Array(200_000).fill("m"))).toBe("m, m, m, m, m, m, m, m and 199992 more");
});

test("JSON that is read has such keys and texts, also where another program parses it", () => {
  const json = JSON.stringify({ [obeyed]: [obeyed, { n: 1, none: null }], __proto__: 1 });
  const clean = { "redgnp x": ["redgnp x", { n: 1, none: null }] };
  expect(parseForeignJson(json)).toEqual(clean);
  expect(JSON.parse(cleanJson(json))).toEqual(clean);
  expect(() => parseForeignJson("[".repeat(100_000) + "]".repeat(100_000))).toThrow(RangeError);
});

test("JSON that is written says all, in escapes", () =>
  fc.assert(
    fc.property(fc.anything({ withUnicodeString: true } as never), text, (value, key) => {
      const json = toJson({ [key]: value ?? null });
      expect(json).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [key]: value ?? null })));
    }),
  ));
