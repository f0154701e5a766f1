/** A rehearsal that stays up, and how to reach it. */
import { once } from "node:events";
import type { Rehearsal } from "../../rehearsal/rehearsal";
import type { ServedFrontend } from "../../rehearsal/serve/serving";
import { listModels } from "../frontend/client";

/** Prints how to reach a rehearsal, and waits until it is interrupted. */
export async function keep({ engine, serving }: Rehearsal, signal: AbortSignal): Promise<void> {
  const exports = engine.exports.map((variable) => `  export ${variable}`);
  console.log(["the cluster stays up until you press Ctrl-C:", ...exports].join("\n"));
  for (const frontend of serving?.frontends() ?? []) await showQuestion(frontend);
  if (!signal.aborted) await once(signal, "abort");
}

/** Prints a command that asks a frontend's model something. */
async function showQuestion({ name, url }: ServedFrontend): Promise<void> {
  const [model] = await listModels(url, 30_000).catch(() => []);
  if (model === undefined)
    return console.log(`Service ${name} leads to no model yet:\n  curl ${url}/v1/models`);
  const question = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], max_tokens: 8 });
  const headers = "-H 'content-type: application/json'";
  console.log(
    `Service ${name} leads to ${model}:\n  curl ${url}/v1/chat/completions ${headers} -d '${question}'`,
  );
}
