/**
 * `npm test`: the suites of a folder in one registry of modules. Jest else loads all that a suite imports anew for each, which
 * takes more than half of the time. A suite that replaces modules, or keeps snapshots, stays alone.
 */
const { readdirSync, readFileSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { dirname, join, sep } = require("node:path");
const { projects, ...rest } = require("../jest.config");

const [unit] = projects;
const rootDir = dirname(__dirname);
const others = new RegExp(
  unit.testPathIgnorePatterns.map((one) => one.replace("<rootDir>/test/", "^")).join("|"),
);
const suites = readdirSync(__dirname, { recursive: true })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".test.ts") && !others.test(file));
const isAlone = (suite) =>
  /\bjest\.mock\(|\.toMatch(Inline)?Snapshot\(/.test(readFileSync(join(__dirname, suite), "utf8"));
/** Of a folder the suites that lie in it, and those of the folders in it. */
const groupOf = (suite) => suite.replace(/\/.+\//, "/…/").replace(/\/[^/…]+$/, "");
const groups = new Map();
for (const suite of suites.filter((one) => !isAlone(one)))
  groups.set(groupOf(suite), [...(groups.get(groupOf(suite)) ?? []), suite]);

/** @type {import("jest").Config} */
module.exports = {
  ...rest,
  rootDir,
  maxWorkers: Math.ceil(availableParallelism() * 1.5), // some suites wait for processes and clocks
  projects: [
    ...[...groups].map(([group, members]) => ({
      ...unit,
      rootDir,
      displayName: group,
      testMatch: ["<rootDir>/test/together.ts"],
      globals: { suites: members },
    })),
    {
      ...unit,
      rootDir,
      displayName: "alone",
      testMatch: suites.filter(isAlone).map((suite) => `<rootDir>/test/${suite}`),
    },
  ],
};
