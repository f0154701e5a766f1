const { ensureBuilt } = require("./build/load");

ensureBuilt("index"); // with the client of Kubernetes
ensureBuilt("commands/cli/start"); // with the prompts

/** Packages that only come as ES modules, which jest can't require before Node 24.9. */
const esModules = ["d3-array", "get-port", "internmap", "jsonpath-plus", "p-timeout", "p-wait-for"];

const shared = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/surroundings.js"],
  moduleNameMapper: {
    "^@kubernetes/client-node$": "<rootDir>/test/kubernetesClient.js",
    "^@clack/prompts$": "<rootDir>/test/prompts.js",
    "^(\\.\\./plan/.+)\\.js$": "$1", // imported when it is needed, by the name that it is built to
  },
  transform: { "\\.[jt]s$": "@swc/jest" },
  transformIgnorePatterns: ["<rootDir>/dist/run/", `/node_modules/(?!(${esModules.join("|")})/)`],
};

/** @type {import("jest").Config} */
module.exports = {
  maxWorkers: "100%",
  testSequencer: "<rootDir>/test/longestFirst.js",
  testTimeout: 60_000, // a loaded machine is no failure
  projects: [
    {
      ...shared,
      displayName: "unit",
      moduleNameMapper: {
        ...shared.moduleNameMapper,
        "/typescript-shim$|^@npmcli/arborist$": "<rootDir>/test/unused.js",
      },
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/engine/", "<rootDir>/test/servers/"],
    },
    { ...shared, displayName: "engine", testMatch: ["<rootDir>/test/engine/*.test.ts"] },
    { ...shared, displayName: "servers", testMatch: ["<rootDir>/test/servers/*.test.ts"] },
  ],
};
