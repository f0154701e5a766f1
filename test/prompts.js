/** The prompts as they are built: they only come as an ES module, which jest can't require before Node 24.9. */
module.exports = require("./built")("packages.json", "@clack/prompts");
