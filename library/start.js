// Pulumi starts the components with plain Node.
require("tsx/cjs");
module.exports = require("./index.ts");
