import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");

/** Runs a command as `npm run` does, in a process of its own. */
export async function run(command: string, ...args: string[]) {
  const script = ["--import", "tsx", `commands/${command}.ts`, ...args];
  const env = { ...process.env, NO_COLOR: "1" };
  return promisify(execFile)(process.execPath, script, { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({
      code: code as number,
      stdout: stdout as string,
      stderr: stderr as string,
    }),
  );
}
