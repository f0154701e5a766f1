/** Answers of NATS' members: https://docs.nats.io/running-a-nats-service/nats_admin/monitoring. */
import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { ClusterAccess, PodReference } from "../stack/cluster";
import { memberAnswer } from "./memberAnswer";
import { shownByNats } from "./natsCertificate";
import { withPodPort } from "./podPort";
import { type Read, read, Unread } from "./reading";

const [clientPort, monitorPort] = [4222, 8222];

export interface NatsMember {
  readonly pod: string;
  readonly status: Read<NatsStatus>;
  /** What it shows to clients; undefined where the stack has no certificates. */
  readonly certificate?: Read<X509Certificate>;
}

interface NatsStatus {
  /** "ok", or what is wrong. */
  readonly health: string;
  /** Cluster of JetStream; undefined where there is one member only. */
  readonly cluster: { readonly leader: string; readonly size: number } | undefined;
  /** Names of the users of its connections, one for each. */
  readonly users: readonly string[];
}

const healthz = z.object({ status: z.string(), error: z.string().optional() });
const jsz = z.object({
  meta_cluster: z.object({ leader: z.string().default(""), cluster_size: z.number() }).optional(),
});
const connz = z.object({
  connections: z.array(z.object({ authorized_user: z.string().default("") })).default([]),
});

/**
 * Asks all members at once.
 * @param certificate files of the graphs', as whose clients it asks. @default the stack has none
 */
export function readNats(
  cluster: ClusterAccess,
  pods: readonly PodReference[],
  certificate?: Read<Readonly<Record<string, string>>>,
): Promise<NatsMember[]> {
  return Promise.all(
    pods.map(async (pod) => ({
      pod: pod.name,
      status: await read(pod.name, withPodPort(cluster, pod, monitorPort, ask)),
      ...(certificate && { certificate: await shownBy(cluster, pod, certificate) }),
    })),
  );
}

async function shownBy(
  cluster: ClusterAccess,
  pod: PodReference,
  certificate: Read<Readonly<Record<string, string>>>,
): Promise<Read<X509Certificate>> {
  if (certificate instanceof Unread) return certificate;
  return read(
    pod.name,
    withPodPort(cluster, pod, clientPort, (url) => shownByNats(url, certificate)),
  );
}

async function ask(url: string): Promise<NatsStatus> {
  // A member that is not healthy says why, with status 503.
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    memberAnswer(`${url}/${path}`, schema, { anyStatus: true });
  const [health, { meta_cluster: meta }, { connections }] = await Promise.all([
    get("healthz", healthz),
    get("jsz", jsz),
    get("connz?auth=1&limit=65536", connz),
  ]);
  return {
    health: health.status === "ok" ? "ok" : (health.error ?? health.status),
    cluster: meta && { leader: meta.leader, size: meta.cluster_size },
    users: connections.map(({ authorized_user }) => authorized_user),
  };
}
