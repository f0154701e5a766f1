/**
 * Entry point of `npm run`: runs the source that the first argument names, from the project's folder and without its
 * extension, with the arguments that follow.
 */
const { BuildError, load } = require("./load");

const [entry] = process.argv.splice(2, 1);
try {
  load(entry);
  // Pulumi reads the stack of each resource, which source maps make slow.
  process.setSourceMapsEnabled(false);
  process.once("uncaughtExceptionMonitor", () => process.setSourceMapsEnabled(true));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
