/** How members of NATS and etcd, and the Jobs beside them, speak TLS: by the files of a Secret, or not at all. */
import { certificatePaths } from "../certificates/certificates";

/** Name of the Secret with a server's certificate; undefined: it speaks plain text. */
export type Tls = string | undefined;

const mount = { name: "tls", mountPath: "/etc/tls", readOnly: true };

/** Paths of a certificate's files. */
export const tlsFiles = { folder: mount.mountPath, ...certificatePaths(mount.mountPath) };

export const tlsMounts = (tls: Tls) => (tls === undefined ? [] : [mount]);

export const tlsVolumes = (tls: Tls) =>
  tls === undefined ? [] : [{ name: mount.name, secret: { secretName: tls, defaultMode: 0o440 } }];

/** The scheme of an address of etcd. */
export const httpScheme = (tls: Tls) => (tls === undefined ? "http" : "https");
