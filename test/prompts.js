/** The prompts from the file that commands load, too: they only come as an ES module, which jest can't require before Node 24.9. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const directory = join(__dirname, "../dist/run");
const { file } = JSON.parse(readFileSync(join(directory, "packages.json"), "utf8"));
module.exports = require(join(directory, file))["@clack/prompts"]();
