/** What a container executes, held against a real shell. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executedBy } from "../../../commands/import/executed";

const folder = mkdtempSync(join(tmpdir(), "shell-"));
afterAll(() => rmSync(folder, { recursive: true }));
// The engine in the shell's eyes: it writes down its arguments, each ended by a zero byte.
writeFileSync(join(folder, "python3"), "#!/bin/sh\nprintf '%s\\0' \"$@\" >&3\n", { mode: 0o755 });

const env = { MODEL: "Qwen/Qwen3-0.6B", WORDS: "--a 1  --b 2", EMPTY: "", JSON: '{"a":"b c"}' };

/** Arguments of the last python3 that a script runs. */
function byShell(script: string, ...positional: string[]): string[] {
  const output = join(folder, "output");
  execFileSync("/bin/sh", ["-c", `exec 3>"${output}"; /bin/sh -c "$0" "$@"`, script, ...positional], {
    env: { ...env, PATH: `${folder}:${process.env.PATH}` },
    stdio: ["ignore", "ignore", "ignore"],
  });
  return execFileSync("cat", [output], { encoding: "utf8" }).split("\0").slice(0, -1);
}

const values = new Map<string, string | undefined>(Object.entries(env));

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are variables of the shell
test.each([
  "python3 -m dynamo.vllm --model $MODEL",
  'exec python3 -m dynamo.vllm --model "$MODEL" --x "${MODEL}" \'$MODEL\'',
  "python3 -m dynamo.vllm \\\n  --model ${MODEL} \\\n  --last",
  'python3 -m dynamo.vllm --kv \'{"a": "b"}\' --c "{\\"d\\": 1}"',
  "python3 -m dynamo.vllm $WORDS end",
  'python3 -m dynamo.vllm "$WORDS" $EMPTY "$EMPTY" end',
  "python3 -m dynamo.vllm --a # --not",
  "python3 -m dynamo.vllm --a#b 'c # d' e\\ f",
  "python3 -m dynamo.vllm ${NONE:-initial} ${MODEL:-other}",
  "python3 -m dynamo.vllm ${EMPTY:-a} ${EMPTY-b} '*' \"~\" a~ {a,b}",
  "true && ulimit -n 64 ; python3 -m dynamo.vllm --a 2>&1 | cat",
  "# a comment\nset -e\npython3 -m dynamo.vllm --a=1 --b='2 3'\n",
  'python3 -m dynamo.vllm --json $JSON --quoted "$JSON"',
  "python3 -m dynamo.vllm 'it'\\''s' \"a\\\nb\"",
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: of the shell
])("%s", (script) => {
  const { module, args } = executedBy({ command: ["/bin/sh", "-c"], args: [script] }, values);
  expect(["-m", module, ...args]).toEqual(byShell(script));
});

test("words behind a script are its arguments", () => {
  const [script, ...words] = ['exec python3 -m dynamo.vllm "$@"', "worker", "--a", "b c"] as const;
  const { args } = executedBy({ command: ["/bin/sh", "-c"], args: [script, ...words] }, values);
  expect(["-m", "dynamo.vllm", ...args]).toEqual(byShell(script, ...words));
});

test("lists of bash are read", () => {
  const script = `list=(--a 1 --b "2 3")\nexec python3 -m dynamo.vllm "$\{list[@]}" --c`;
  const { args } = executedBy({ command: ["/bin/bash", "-lc"], args: [script] }, values);
  expect(args).toEqual(["--a", "1", "--b", "2 3", "--c"]);
});

test("variables before the engine are its env", () => {
  const script = "set -e\nA=b C='d e' python3 -m dynamo.vllm --x";
  expect(executedBy({ command: ["/bin/sh", "-c"], args: [script] }, values)).toMatchObject({
    ...{ env: { A: "b", C: "d e" }, before: "", args: ["--x"] },
  });
});

test("files are named by their whole path, and values of variables are put in as the kubelet does", () => {
  const container = {
    command: ["python3", "-m", "dynamo.trtllm"],
    args: ["--extra-engine-args", "./recipes/agg.yaml", "--model", "$(MODEL)", "$(UNKNOWN)"],
    workingDir: "/workspace/examples",
  };
  expect(executedBy(container, values).args).toEqual([
    "--extra-engine-args",
    "/workspace/examples/recipes/agg.yaml",
    "--model",
    "Qwen/Qwen3-0.6B",
    "$(UNKNOWN)",
  ]);
});

test.each([
  ["ulimit -l unlimited && python3 -m dynamo.vllm --a", "ulimit -l unlimited &&", ""],
  ["set -euo pipefail\n# why\nexec python3 -m dynamo.vllm --a", "", ""],
  ["export A=b\nexec python3 -m dynamo.vllm --a", "export A=b", ""],
  ["python3 -m dynamo.vllm --a 2>&1 | tee /tmp/log", "", "2>&1 | tee /tmp/log"],
])("%j has something around the engine", (script, before, after) => {
  expect(executedBy({ command: ["/bin/sh", "-c"], args: [script] }, values)).toMatchObject({ before, after });
});

test("what only the shell knows stays a script", () => {
  const script = "X=$(date)\npython3 -m dynamo.vllm --seed $X";
  expect(executedBy({ command: ["/bin/sh", "-c"], args: [script] }, values)).toMatchObject({ script });
});
