import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { connect } from "node:tls";
import type { OperatorPorts } from "./configuration";
import { serverName } from "./webhookServer";

/** Milliseconds that an operator has to get ready. */
const patience = 120_000;

/**
 * Waits until an operator says that it is ready and its webhooks answer: one of 1.3 says so before they do.
 * @param ca certificate of who signed that of the webhooks
 * @throws Error after two minutes; the signal's reason where it is aborted
 */
export async function operatorReady(ports: OperatorPorts, ca: string, signal?: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + patience; ; await setTimeout(100)) {
    signal?.throwIfAborted();
    if ((await saysReady(ports.health)) && (await shakesHands(ports.webhooks, ca))) return;
    if (Date.now() > deadline) throw new Error(`the Dynamo operator is not ready after ${patience / 1000} s`);
  }
}

const saysReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function shakesHands(port: number, ca: string): Promise<boolean> {
  const connection = connect({ host: "127.0.0.1", port, ca, servername: serverName });
  try {
    await once(connection, "secureConnect");
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}
