/** Loads on NATS and etcd, as a user of the graphs makes them. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { EtcdClient } from "./etcdClient";
import { type Load, startLoad } from "./load";

/** Milliseconds that a write may take before it is tried anew. */
const timeout = 2_000;

/** A stream on three members, and messages to it. */
export async function loadNats(client: NatsConnection): Promise<Load> {
  const manager = await jetstreamManager(client, { timeout: 10_000 });
  await manager.streams.add({ name: "load", subjects: ["load"], num_replicas: 3 });
  const stream = jetstream(client, { timeout });
  return startLoad((id) => stream.publish("load", id, { msgID: id, timeout }));
}

/** Every message of the stream, oldest first. */
export async function messages(client: NatsConnection): Promise<string[]> {
  const consumer = await jetstream(client, { timeout: 10_000 }).consumers.get("load");
  const { num_pending: pending } = await consumer.info();
  const found: string[] = [];
  if (pending === 0) return found;
  for await (const message of await consumer.consume()) {
    found.push(message.string());
    if (found.length >= pending) break;
  }
  return found;
}

const prefix = "v1/load/";

export function loadEtcd(client: EtcdClient): Load {
  return startLoad((id) => client.put(prefix + id, id));
}

/** Every key of the load. */
export async function keys(client: EtcdClient): Promise<string[]> {
  return client.keys(prefix);
}
