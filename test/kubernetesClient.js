/** The client of Kubernetes from the one file that commands load, too: jest would compile its hundreds for each suite. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const directory = join(__dirname, "../dist/run");
const { file } = JSON.parse(readFileSync(join(directory, "kubernetes-client.json"), "utf8"));
module.exports = require(join(directory, file))["@kubernetes/client-node"]();
