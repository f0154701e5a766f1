/** In the place of what commands/cli/lightPulumi.ts leaves out, too. */
module.exports = {};
