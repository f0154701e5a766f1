/** Runs containers' commands with programs in the place of engines and launchers that write down their arguments. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expand } from "../../rehearsal/members/containerEnv";

/** A container as the kubelet starts it. */
export interface Started {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

const programs = {
  python3: `for word in "$0" "$@"; do printf '%s\\0' "$word"; done >>"$RECORD"; printf '\\n\\0' >>"$RECORD"`,
  ray: "exit 0",
  mpirun: `while [ "$1" != bash ]; do shift; done; exec "$@"`,
  "trtllm-llmapi-launch": `exec "$@"`,
  sshd: "exit 0",
};

/** Env that Grove, or LeaderWorkerSet, gives the pods. */
const orchestrated = {
  GROVE_PCSG_NAME: "graph-0-worker",
  GROVE_PCSG_INDEX: "0",
  GROVE_PCLQ_POD_INDEX: "0",
  GROVE_HEADLESS_SERVICE: "graph-0",
  LWS_LEADER_ADDRESS: "graph-worker-0.graph",
  LWS_WORKER_INDEX: "1",
};

const env = new Map(Object.entries(orchestrated));

/** Makes the programs. @returns what runs commands by them, and what removes them */
export function executor() {
  const folder = mkdtempSync(join(tmpdir(), "execute-"));
  const record = join(folder, "record");
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const known = new Map<string, string[][]>();
  /** Arguments of each python3 that a container starts. @param shell the program that is /bin/sh in its image */
  function execute(started: Started, shell: "sh" | "bash"): string[][] {
    const key = JSON.stringify([started, shell]);
    const words = known.get(key) ?? run(started, shell);
    known.set(key, words);
    return words;
  }
  function run({ command, args }: Started, shell: "sh" | "bash"): string[][] {
    writeFileSync(record, "");
    const [program = "", ...rest] = [...command, ...args].map((word) => expand(word, env));
    execFileSync(/^(\/bin\/)?sh$/.test(program) ? shell : program, rest, {
      env: { ...orchestrated, RECORD: record, PATH: `${folder}:${process.env.PATH}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return readFileSync(record, "utf8")
      .split("\n\0")
      .slice(0, -1)
      .map((words) => words.split("\0").slice(1, -1));
  }
  return { execute, remove: () => rmSync(folder, { recursive: true }) };
}
