/** The process of a real operator, which is watched. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";

interface ProcessOptions {
  /** Absolute path of the binary. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Directory of the control plane: what is started by a name in it ends with it at the latest. */
  readonly directory: string;
  /** Namespace that a file tells it, as in a pod. @default it is told none */
  readonly namespace?: string;
}

export interface OperatorProcess {
  /** Fulfilled where it has ended by itself, with what to say. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

/** Milliseconds that it has to end in before it is made to. */
const grace = 5000;

/**
 * Makes a file system of the process's own, where operators read their namespace: the path is fixed in their source
 * (internal/cert/cert.go), and this machine's is not touched. A user who is not root becomes it in a user namespace.
 */
const inNamespace = (namespace: string, uid: number): string[] => [
  "unshare",
  "--mount",
  ...(uid === 0 ? [] : ["--map-root-user"]),
  "sh",
  "-ec",
  `mount -t tmpfs -o mode=755 none /var/run
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
echo ${namespace} >/var/run/secrets/kubernetes.io/serviceaccount/namespace
exec "$@"`,
  "sh",
];

/** Starts the operator, whose log is `operator.log` in the directory. */
export async function startProcess(options: ProcessOptions): Promise<OperatorProcess> {
  const { program, args, env, directory, namespace } = options;
  const link = join(directory, "operator");
  await symlink(program, link);
  const [first = link, ...rest] = [
    ...(namespace === undefined ? [] : inNamespace(namespace, process.getuid?.() ?? 0)),
    link,
    ...args,
  ];
  const path = join(directory, "operator.log");
  const log = await open(path, "a", 0o600);
  const operator = spawn(first, rest, {
    env: { ...process.env, ...env },
    stdio: ["ignore", log.fd, log.fd],
  });
  const ended = once(operator, "exit");
  await once(operator, "spawn").finally(() => log.close());
  let isStopped = false;
  const failure = ended.then(async ([code, signal]) => {
    if (isStopped) return new Promise<Error>(() => {});
    const end = (await readFile(path, "utf8")).trim().split("\n").slice(-5).join("\n");
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    return new Error(
      `the Dynamo operator (${program}) has ended by itself, ${how}; the end of its log:\n${end}`,
    );
  });
  return {
    failure,
    async stop() {
      isStopped = true;
      operator.kill();
      const timer = setTimeout(() => operator.kill("SIGKILL"), grace);
      await ended;
      clearTimeout(timer);
    },
  };
}
