import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const ownerSocket = /^dynamo-rehearsal-[0-9a-f]{8}\.sock$/;

/** Volumes of kube-controller-manager's hostpath provisioner, at a path that is fixed in its source. */
const volumePath = /\/tmp\/hostpath_pv\/[0-9a-f-]{36}/g;

/**
 * The private directory (mode 0700) of one control plane. Every process of the control plane is started by a name in
 * this directory, and is found again by it.
 */
interface ControlPlaneDirectory {
  readonly path: string;
  /** Ends the processes of the control plane, then deletes its volumes and the directory. */
  remove(): Promise<void>;
}

/**
 * Beside the directory lies a socket that its owner listens on. The kernel closes it when the owner ends, in whatever
 * way, so a socket that refuses means that nobody stopped the control plane. It is there before the directory is.
 */
export async function createControlPlaneDirectory(): Promise<ControlPlaneDirectory> {
  const path = join(tmpdir(), `dynamo-rehearsal-${randomBytes(4).toString("hex")}`);
  const owner = createServer((visitor) => visitor.destroy()).unref();
  await once(owner.listen(`${path}.sock`), "listening");
  await mkdir(path, { mode: 0o700 });
  let removal: Promise<void> | undefined;
  return {
    path,
    remove() {
      removal ??= removeControlPlane(path).then(() => void owner.close());
      return removal;
    },
  };
}

/** Removes what is left of control planes whose owner ended without stopping them. */
export async function removeAbandonedControlPlanes(): Promise<void> {
  const files = await readdir(tmpdir());
  for (const file of files.filter((name) => ownerSocket.test(name))) {
    const socket = join(tmpdir(), file);
    if (!(await refuses(socket))) continue;
    await removeControlPlane(socket.slice(0, -".sock".length));
    await rm(socket, { force: true });
  }
}

/** The processes that were started by a name in a directory. */
export async function processesIn(path: string): Promise<{ pid: number; program: string }[]> {
  const ps = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,args="], { maxBuffer: 2 ** 26 });
  return ps.stdout.split("\n").flatMap((line) => {
    const [, pid, command = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    if (!command.startsWith(`${path}/`)) return [];
    const program = command.slice(path.length).split(" ", 1)[0] ?? "";
    return [{ pid: Number(pid), program: program.slice(program.lastIndexOf("/") + 1) }];
  });
}

async function removeControlPlane(path: string): Promise<void> {
  // One that was being started may start more, so until none is left.
  for (let left = await processesIn(path); left.length > 0; left = await processesIn(path)) {
    for (const { pid } of left) kill(pid);
    await setTimeout(20);
  }
  for (const volume of await volumesIn(path)) {
    await rm(volume, { recursive: true, force: true });
    await rmdir(dirname(volume)).catch(() => undefined); // holds volumes of other control planes, or is gone
  }
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Once the API server is gone, only the files of its etcd show which volumes there were. Rehearsals that start at the same time
 * remove what is left together.
 */
async function volumesIn(path: string): Promise<Set<string>> {
  const volumes = new Set<string>();
  const files = await readdir(path, { recursive: true }).catch(() => []);
  for (const file of files.filter((name) => /\.wal$|snap\/db$/.test(name))) {
    const content = await readFile(join(path, file), "latin1").catch(() => "");
    for (const [volume] of content.matchAll(volumePath)) volumes.add(volume);
  }
  return volumes;
}

async function refuses(socket: string): Promise<boolean> {
  const connection = connect(socket);
  try {
    await once(connection, "connect");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
  } finally {
    connection.destroy();
  }
}
