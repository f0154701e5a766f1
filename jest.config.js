/** @type {import("jest").Config} */
const shared = { transform: { "\\.ts$": "@swc/jest" }, testEnvironment: "node" };

module.exports = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/engine/"],
    },
    { ...shared, displayName: "engine", testMatch: ["<rootDir>/test/engine/*.test.ts"] },
  ],
};
