/** Builds ahead of their first start what Pulumi and `npm run` load. */
const { BuildError, ensureBuilt } = require("./load");

try {
  for (const entry of ["commands/cli/start", "index", "library/index", "policies/index"]) ensureBuilt(entry);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
