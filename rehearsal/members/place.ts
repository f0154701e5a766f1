/** The place of a member's pod on this machine. */
import { join } from "node:path";
import type { V1VolumeMount } from "@kubernetes/client-node";

export interface Place {
  /** Name of the pod. */
  readonly name: string;
  readonly address: string;
  /** Folder in the place of the container's `/`. */
  readonly root: string;
  /** File that what the server writes is added to. @default beside the folder */
  readonly log?: string;
  /** Addresses by the names that DNS has for them. */
  readonly hosts: Pick<ReadonlyMap<string, string>, "get">;
}

/** File that what a server writes is added to. */
export const logOf = ({ root, log = `${root}.log` }: Pick<Place, "root" | "log">): string => log;

/** Puts the addresses and paths of this machine in a text of the pod: an argument, a value of env, a file. */
export function localizer(
  { address, root, hosts }: Place,
  mounts: readonly V1VolumeMount[],
): (text: string) => string {
  const isMounted = (path: string) =>
    mounts.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  const localHost = (host: string) => (["0.0.0.0", "localhost"].includes(host) ? address : hosts.get(host));
  return (text) =>
    text
      .replace(/\blocalhost\b|[a-z0-9-]+(?:\.[a-z0-9-]+)+/g, (host) => localHost(host) ?? host)
      .replace(/(?<![\w./-])\/[\w./-]+/g, (path) => (isMounted(path) ? join(root, path) : path))
      // NATS' routes listen on every address by default. Its flag for theirs would drop the password of the file.
      .replace(/^cluster \{$/m, `$&\n  host: "${address}"`);
}
