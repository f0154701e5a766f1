/** Packages that only come as ES modules, which jest can't require before Node 24.9. */
const esModules = [
  "@kubernetes/client-node",
  "d3-array",
  "get-port",
  "internmap",
  "jose",
  "jsonpath-plus",
  "oauth4webapi",
  "openid-client",
  "p-timeout",
  "p-wait-for",
];

const shared = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/plainText.js"],
  transform: { "\\.[jt]s$": "@swc/jest" },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
};

/** @type {import("jest").Config} */
module.exports = {
  maxWorkers: "100%",
  testTimeout: 60_000, // a loaded machine is no failure
  projects: [
    {
      ...shared,
      displayName: "unit",
      moduleNameMapper: { "/typescript-shim$|^@npmcli/arborist$": "<rootDir>/test/unused.js" },
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/engine/", "<rootDir>/test/servers/"],
    },
    { ...shared, displayName: "engine", testMatch: ["<rootDir>/test/engine/*.test.ts"] },
    { ...shared, displayName: "servers", testMatch: ["<rootDir>/test/servers/*.test.ts"] },
  ],
};
