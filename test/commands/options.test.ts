/** Defaults and bounds of options: what is written in nobody's command, and relied on all the same. */
import { commandOf, names } from "./command";

const dev = { stack: "dev" };
const defaults: Readonly<Record<string, object>> = {
  destroy: { timeout: 120_000 },
  check: dev,
  preflight: dev,
  preview: dev,
  rehearse: { ...dev, engine: "mocker", modelSize: "7b" },
  restore: { stack: "prod" },
  smoke: { ...dev, timeout: 60_000 },
  traffic: {
    ...dev,
    requests: 30,
    promptTokens: 128,
    outputTokens: 64,
    sharedPrefix: 0,
    prefixes: 1,
    timeout: 60_000,
  },
  upgradeCheck: dev,
  verify: { ...dev, timeout: 60_000 },
};

test.each(names)("%s has these defaults", (name) => {
  const found = commandOf(name).options.flatMap((option) =>
    option.defaultValue === undefined ? [] : [[option.attributeName(), option.defaultValue]],
  );
  expect(Object.fromEntries(found)).toEqual(defaults[name] ?? {});
});

test.each(names)("%s shows a default of seconds as its user writes it", (name) => {
  for (const { defaultValue, defaultValueDescription } of commandOf(name).options)
    if (defaultValueDescription !== undefined)
      expect(Number(defaultValueDescription)).toBe(Number(defaultValue) / 1000);
});

test.each([
  ["rehearse", "--nodes", 1, 10_000],
  ["rehearse", "--gpus", 1, 64],
  ["traffic", "--requests", 1, 1_000_000],
  ["traffic", "--concurrency", 1, 10_000],
  ["traffic", "--prompt-tokens", 1, 1_000_000],
  ["traffic", "--output-tokens", 1, 1_000_000],
  ["traffic", "--shared-prefix", 0, 1_000_000],
  ["traffic", "--prefixes", 1, 1_000_000],
] as const)("%s %s is from %d to %d", (name, long, min, max) => {
  const option = commandOf(name).options.find((one) => one.long === long);
  const parse = (value: number) => option?.parseArg?.(String(value), undefined);
  expect([parse(min), parse(max)]).toEqual([min, max]);
  for (const value of [min - 1, max + 1])
    expect(() => parse(value)).toThrow(`write a whole number from ${min} to ${max}.`);
});
