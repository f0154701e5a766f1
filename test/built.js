/** A package from a file that commands load, too. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const directory = join(__dirname, "../dist/run");

/** @param manifest of the build's, which names the file */
module.exports = (manifest, name) => {
  const { file } = JSON.parse(readFileSync(join(directory, manifest), "utf8"));
  return require(join(directory, file))[name]();
};
