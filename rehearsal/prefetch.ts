/** Builds and installs ahead what rehearsals and tests would when they need it: `node build/run.js rehearsal/prefetch`. */
import { installRuntime, runtimeVersions } from "./runtime/install";
import { allTools, buildTools } from "./tools";

const report = (line: string) => console.log(line);

async function installRuntimes(): Promise<void> {
  for (const version of runtimeVersions) await installRuntime(version, { report });
}

Promise.all([buildTools(allTools, { report }), installRuntimes()]).catch(({ message }: Error) => {
  console.error(`error: ${message}`);
  process.exitCode = 1;
});
