/**
 * Loads the project's TypeScript as it is now: from dist/run/, where it is built ahead, and built again once anything
 * that it was built from has changed.
 */
const { readFileSync, statSync } = require("node:fs");
const module_ = require("node:module");
const { join } = require("node:path");

const root = join(__dirname, "..");
const directory = join(root, "dist/run");

/** Sources that can't be built. Pulumi prints an error of this name without a stack trace. */
class BuildError extends SyntaxError {
  constructor(message) {
    super(message);
    this.stack = message;
  }
}

/**
 * What tells a file or folder from what it was before: each write changes it.
 * @param {string} path from the project's folder
 */
function stateOf(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : "none";
}

/**
 * A build in dist/run/: its file, the states of what it was made from, and the packages that it requires from builds
 * of packages.
 * @typedef {{ file: string, inputs: Record<string, string>, packages: string[] }} Build
 */

/**
 * A build as it is; undefined where there is none, or an input has changed.
 * @param {string} name
 * @returns {Build | undefined}
 */
function currentBuild(name) {
  try {
    const build = JSON.parse(readFileSync(join(directory, `${name}.json`), "utf8"));
    return Object.entries(build.inputs).every(([path, state]) => stateOf(path) === state) ? build : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the builds of packages, each with what it has of them. The client of Kubernetes outweighs the others. */
const groups = {
  "kubernetes-client": (id) => id.startsWith("@kubernetes/client-node"),
  packages: (id) => !groups["kubernetes-client"](id),
};

/**
 * Builds what is not built yet, or not any more.
 * @param {string} entry a source, from the project's folder and without its extension
 * @returns {Build[]} the entry's, and those of the packages that it requires
 * @throws {BuildError}
 */
function ensureBuilt(entry) {
  const name = entry.replaceAll("/", "-");
  const build = currentBuild(name) ?? require("./bundle").bundleSources(entry, name);
  const packages = Object.entries(groups).flatMap(([group, has]) => {
    const ids = build.packages.filter(has);
    if (ids.length === 0) return [];
    const current = currentBuild(group);
    if (ids.every((id) => current?.packages.includes(id))) return [current];
    return [require("./bundle").bundlePackages(group, [...new Set([...ids, ...(current?.packages ?? [])])])];
  });
  return [build, ...packages];
}

/** Files of bundled packages, by what sources call them. */
const files = new Map();

/**
 * Loads a source, and answers with what it exports.
 * @param {string} entry a source, from the project's folder and without its extension
 * @throws {BuildError}
 */
function load(entry) {
  module_.enableCompileCache?.(); // since Node 22.1
  const [{ file }, ...packages] = ensureBuilt(entry);
  for (const build of packages) for (const id of build.packages) files.set(id, build.file);
  process.setSourceMapsEnabled(true);
  return require(join(directory, file));
}

/**
 * `require` of a build in dist/run/.
 * @param {NodeJS.Require} installed requires packages as they are installed
 */
function requirePackages(installed) {
  const bundled = (id) => (files.has(id) ? require(join(directory, files.get(id)))[id]() : installed(id));
  return Object.assign(bundled, installed);
}

module.exports = { BuildError, directory, ensureBuilt, groups, load, requirePackages, root, stateOf };
