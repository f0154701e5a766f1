/** The program of index.ts, as Pulumi loads it: built, and built again where its sources have changed. */
module.exports = require("./build/load").load("index");
