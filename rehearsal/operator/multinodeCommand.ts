/** A pod of a worker over several nodes. */
export interface NodeOfWorker {
  /** Release line of the operator. */
  readonly line: string;
  readonly backend: "vllm" | "sglang" | "trtllm";
  /** The leader starts the engine; followers lend it their GPUs. */
  readonly role: "leader" | "follower";
  /** Name of the component. */
  readonly component: string;
  readonly nodes: number;
  /** GPUs of a pod. */
  readonly gpus: number;
  readonly orchestrator: "grove" | "leaderworkerset";
  /** vLLM's executor where the graph's annotation chooses it. @default by release: Ray to 0.9, then mp */
  readonly executor?: "ray" | "mp";
}

interface Command {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/** Operators before 1.0 join a command's words as they are; later ones quote them. */
const isBefore1 = ({ line }: NodeOfWorker) => line.startsWith("0.");

/** Words as the operator puts them into a shell's line. */
const joined = (words: readonly string[], node: NodeOfWorker) =>
  words.map((word) => (isBefore1(node) ? word : doubleQuoted(word))).join(" ");

/**
 * What the Dynamo operator makes of a worker's command on one of its nodes. Learnt from `backend_vllm.go`, `backend_sglang.go`
 * and `backend_trtllm.go` of ai-dynamo 0.7 to 1.6. Left out: the preparation of ssh around mpirun, and elastic expert parallel.
 */
export function multinodeCommand(container: Command, node: NodeOfWorker): Command {
  switch (node.backend) {
    case "vllm":
      return vllm(container, node);
    case "sglang": {
      const { text, needsShell } = rankOf(node);
      const flags = `--dist-init-addr ${leaderOf(node)}:29500 --nnodes ${node.nodes} --node-rank ${text}`;
      return inject(container, flags, needsShell, node);
    }
    case "trtllm":
      return trtllm(container, node);
    default:
      return node.backend satisfies never;
  }
}

function vllm(container: Command, node: NodeOfWorker): Command {
  const { role, nodes, gpus } = node;
  const words = container.args.flatMap((arg) => arg.split(/\s+/).filter(Boolean));
  const worldSize = sizeIn(words, "--tensor-parallel-size") * sizeIn(words, "--pipeline-parallel-size");
  const ranks = sizeIn(words, "--data-parallel-size");
  const rank = rankOf(node);
  const leader = leaderOf(node);
  if (worldSize > gpus) {
    const executor = isBefore1(node) ? "ray" : (node.executor ?? "mp");
    if (executor === "ray") return ray(container, node);
    const flags = `--distributed-executor-backend mp --nnodes ${nodes} --master-addr ${leader} --master-port 29500 --node-rank ${rank.text}`;
    return inject(container, role === "leader" ? flags : `${flags} --headless`, rank.needsShell, node);
  }
  if (worldSize * ranks <= gpus) return container;
  const local = Math.floor(gpus / worldSize);
  const start = role === "leader" ? "0" : `$(( ${local} * ${rank.text} ))`;
  const flags =
    `--data-parallel-hybrid-lb --data-parallel-size-local ${local} --data-parallel-start-rank ${start}` +
    ` --data-parallel-address ${leader} --data-parallel-rpc-port 13445`;
  return inject(container, flags, role === "follower", node);
}

function ray({ command, args }: Command, node: NodeOfWorker): Command {
  const line =
    node.role === "leader"
      ? `ray start --head --port=6379 && ${joined([...command, ...args], node)} --distributed-executor-backend ray`
      : `ray start --address=${leaderOf(node)}:6379 --block`;
  return { command: ["/bin/sh", "-c"], args: [line] };
}

function trtllm({ command, args }: Command, node: NodeOfWorker): Command {
  if (node.role === "follower") return { command: ["/bin/sh", "-c"], args: ["sshd -D"] };
  const started = isPython(command) ? joined([...command, ...args], node) : args.join(" ");
  const hosts = Array.from({ length: node.nodes }, (_, i) => `${node.component}-${i}`).join(",");
  const line = `mpirun --oversubscribe -n ${node.nodes * node.gpus} -H ${hosts} bash -c 'trtllm-llmapi-launch ${started}'`;
  return { command: ["/bin/sh", "-c"], args: [line] };
}

/** Puts flags behind a command that is Python's, or else behind the first Python command with the engine's name in an argument. */
function inject({ command, args }: Command, flags: string, needsShell: boolean, node: NodeOfWorker): Command {
  if (isPython(command)) {
    if (!needsShell) return { command, args: [...args, ...flags.split(" ")] };
    return { command: ["sh", "-c"], args: [`exec ${joined([...command, ...args], node)} ${flags}`] };
  }
  const start = new RegExp(`(python[0-9.]*\\s+[^|&;]*${node.backend}[^|&;]*?)(\\s|$|[|&;])`, "g");
  const edited = args.map((arg) => arg.replace(start, (_, engine, end) => `${engine} ${flags}${end}`));
  const first = args.findIndex((arg, i) => arg !== edited[i]);
  return { command, args: args.map((arg, i) => (i === first ? (edited[i] ?? arg) : arg)) };
}

function leaderOf(node: NodeOfWorker): string {
  const { orchestrator, component } = node;
  if (orchestrator === "grove")
    return `$(GROVE_PCSG_NAME)-$(GROVE_PCSG_INDEX)-${component.toLowerCase()}-ldr-0.$(GROVE_HEADLESS_SERVICE)`;
  return isBefore1(node) ? "$LWS_LEADER_ADDRESS" : "$(LWS_LEADER_ADDRESS)";
}

/** A node's rank, and whether a shell has to work it out. */
function rankOf(node: NodeOfWorker): { text: string; needsShell: boolean } {
  if (node.role === "leader") return { text: "0", needsShell: false };
  return node.orchestrator === "grove"
    ? { text: "$((GROVE_PCLQ_POD_INDEX + 1))", needsShell: true }
    : { text: "$(LWS_WORKER_INDEX)", needsShell: isBefore1(node) };
}

/** The operator reads the first of a flag, as two words, and takes it for 1 where it finds none. */
function sizeIn(words: readonly string[], flag: string): number {
  const at = words.findIndex((word, i) => word === flag && /^\d+$/.test(words[i + 1] ?? ""));
  return at < 0 ? 1 : Number(words[at + 1]);
}

const isPython = ([program = ""]: readonly string[]) => /^(.*\/)?python\d*(\.\d+)*$/.test(program);

/** As the operator quotes: what has none of its special characters is left as it is, and a single quote is taken for one of `bash -c '…'`. */
function doubleQuoted(word: string): string {
  if (!/[ \t\n'"\\{}[\]$`!]/.test(word)) return word;
  return `"${word.replaceAll(/[\\"$`]/g, "\\$&").replaceAll("'", `'"'"'`)}"`;
}
