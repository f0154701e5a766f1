import * as core from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { clientSecret, type Server } from "../plan/servers/credentials";
import type { PlannedServer } from "./args/server";
import { passwords } from "./passwords";

export interface ClientAccess {
  /** Passwords of the clients, by generation. */
  readonly users: Readonly<Record<number, pulumi.Output<string>>>;
  /** Name of the Secret, in the clients' namespace, that has the keys `username` and `password`. */
  readonly secret: pulumi.Output<string>;
}

/**
 * What the clients of a server authenticate by.
 * @param opts of the server. In earlier versions of the program these were its parent's.
 */
export function clientAccess(
  name: string,
  server: Server,
  {
    credentials,
    namespace,
    clientNamespaces,
  }: Pick<PlannedServer<unknown>, "credentials" | "namespace" | "clientNamespaces">,
  parent: pulumi.Resource,
  opts: pulumi.ComponentResourceOptions = {},
): ClientAccess {
  const child = { parent, ...(opts.parent && { aliases: [{ parent: opts.parent }] }) };
  const users = passwords(`${name}-password`, credentials.valid, child);
  const manifest = clientSecret(server, namespace, credentials, users);
  for (const other of clientNamespaces)
    for (const generation of credentials.valid) {
      const copy = clientSecret(server, other, { ...credentials, generation }, users);
      new core.Secret(`${name}-client-${other}-${generation}`, copy, { parent });
    }
  const { urn } = new core.Secret(`${name}-client`, manifest, child);
  return { users, secret: urn.apply(() => manifest.metadata.name) };
}
