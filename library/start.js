/** The components of index.ts, as Pulumi starts them: built, and built again where their sources have changed. */
module.exports = require("../build/load").load("library/index");
