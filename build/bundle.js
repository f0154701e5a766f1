/** Builds sources, and the packages that they require, in dist/run/. */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { isBuiltin } = require("node:module");
const { dirname, join } = require("node:path");
const esbuild = require("esbuild");
const { BuildError, directory, groups, root, stateOf } = require("./load");

/**
 * Pulumi loads these beside its own SDK, which there must be one of: they require packages as they are installed, but for
 * the client of Kubernetes, which no other package shares.
 */
const loadedByPulumi = ["index", "library/index", "policies/index"];

/** What decides on a build beside its inputs. */
const surroundings = [
  "build/bundle.js",
  "build/load.js",
  "node_modules/.package-lock.json",
  "package-lock.json",
  "package.json",
  "tsconfig.json",
];

/**
 * Builds a source with all that it imports of the project.
 * @param {string} entry a source, from the project's folder and without its extension
 * @param {string} name
 */
exports.bundleSources = (entry, name) => {
  const options = {
    entryPoints: [`${entry}.ts`],
    packages: "external",
    sourcemap: "external",
    sourcesContent: false,
    keepNames: entry === "library/index", // Pulumi has components' names from their classes; closures are slower for it
  };
  options.banner = { js: 'require = require("../../build/load").requirePackages(require);' };
  options.supported = { "dynamic-import": false };
  const isBundled = loadedByPulumi.includes(entry) ? groups["kubernetes-client"] : () => true;
  const isPackage = ({ path, external }) => external && !isBuiltin(path) && isBundled(path);
  return build(name, options, (imports) => imports.filter(isPackage).map(({ path }) => path));
};

/**
 * Builds packages. What is exported has a function for each, which loads it.
 * @param {string} name
 * @param {string[]} ids
 */
exports.bundlePackages = (name, ids) => {
  const entries = ids.map((id) => `${JSON.stringify(id)}: () => require(${JSON.stringify(id)})`);
  const options = {
    stdin: { contents: `module.exports = { ${entries} };`, resolveDir: root },
    // They serialise functions of dynamic providers, which this program has none of, and are half of Pulumi's SDK.
    alias: Object.fromEntries(
      ["typescript", "@npmcli/arborist"].map((unused) => [unused, join(__dirname, "unused.js")]),
    ),
    minifySyntax: true,
    minifyWhitespace: true,
  };
  return build(name, options, () => ids);
};

/**
 * @param {string} name
 * @param {esbuild.BuildOptions} options
 * @param {(imports: { path: string, external?: boolean }[]) => string[]} packagesOf
 * @returns {import("./load").Build}
 */
function build(name, options, packagesOf) {
  const started = Date.now();
  const { metafile, outputFiles } = bundle(name, options);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  // Of packages the lock files tell.
  const sources = Object.keys(metafile.inputs).filter((path) => !/^(node_modules\/|build\/|<)/.test(path));
  // A file that is new in a folder may take the place of an input, or be a command.
  const folders = sources.map(dirname).filter((path) => path !== ".");
  const inputs = [...new Set([...sources, ...folders, ...surroundings])];
  const made = {
    file: save(name, outputFiles),
    inputs: Object.fromEntries(inputs.map((path) => [path, stateSince(started, path)])),
    packages: [...new Set(packagesOf(imports))],
  };
  removeOld(); // while the build before is still one
  replace(join(directory, `${name}.json`), JSON.stringify(made));
  return made;
}

/** @throws {BuildError} in one line */
function bundle(name, options) {
  const shared = { bundle: true, platform: "node", target: "node20", metafile: true, write: false };
  const outfile = join(directory, `${name}.js`);
  try {
    return esbuild.buildSync({ absWorkingDir: root, logLevel: "silent", outfile, ...shared, ...options });
  } catch (error) {
    const [{ text, location }] = error.errors ?? [{ text: error.message }];
    const place = location ? `${location.file}:${location.line}:${location.column + 1}` : name;
    throw new BuildError(`${place} can't be built: ${text}`);
  }
}

/** An input's state; none where it may have changed while it was read, by clocks as coarse as those of files. */
function stateSince(started, path) {
  const changed = fs.statSync(join(root, path), { throwIfNoEntry: false })?.ctimeMs ?? 0;
  const isPackages = path.includes("package"); // npm is done with them before it has anything built
  return !isPackages && changed > started - 1000 ? "unsettled" : stateOf(path);
}

/** Saves a build in a file named after what is in it. */
function save(name, outputFiles) {
  fs.mkdirSync(directory, { recursive: true });
  const [code, map] = outputFiles.map(({ text }) => text).reverse(); // esbuild has the map first
  const file = `${name}-${createHash("sha256").update(code).digest("hex").slice(0, 8)}.js`;
  if (map !== undefined) replace(join(directory, `${file}.map`), map);
  replace(join(directory, file), map === undefined ? code : `${code}//# sourceMappingURL=${file}.map\n`);
  return file;
}

/** Removes files of an hour ago that no build is in now. Younger ones may be another command's. */
function removeOld() {
  const files = fs.readdirSync(directory);
  const kept = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(fs.readFileSync(join(directory, file), "utf8")).file);
  for (const file of files) {
    const path = join(directory, file);
    const isKept = file.endsWith(".json") || kept.some((one) => file === one || file === `${one}.map`);
    const { mtimeMs = Date.now() } = fs.statSync(path, { throwIfNoEntry: false }) ?? {};
    if (!isKept && mtimeMs < Date.now() - 3_600_000) fs.rmSync(path, { force: true });
  }
}

/** Writes a file so that whoever reads it has all of it, or what was there before. */
function replace(path, text) {
  const unfinished = `${path}.${process.pid}`;
  fs.writeFileSync(unfinished, text);
  fs.renameSync(unfinished, path);
}
