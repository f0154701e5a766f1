/** What commands find on a machine: a Pulumi CLI that prints what a test says, and a kubeconfig. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of a stack with one graph. */
export const outputs = {
  discoveryMode: "kubernetes",
  owner: "dev-1a2b3c4d5e6f7a8b",
  runtime: "0.8.1",
  endpoints: {},
  graphs: {
    small: {
      deployment: "small",
      apiVersion: "nvidia.com/v1alpha1",
      namespace: "dynamo",
      model: "tiny",
      service: "small-frontend-np",
      expose: "ClusterIP",
      gpus: 1,
    },
  },
  services: [
    { graph: "small", component: "Frontend", type: "frontend", replicas: 1, nodes: 1, natsClient: false },
  ],
  servers: [],
  gpus: { budget: 4 },
};

/** They are gone when the tests have run. */
export function surroundings() {
  const { PATH, KUBECONFIG } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "surroundings-"));
  afterAll(() => {
    Object.assign(process.env, { PATH, KUBECONFIG });
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    rmSync(folder, { recursive: true });
  });
  return {
    /** @param printed its outputs, or whatever text */
    fakePulumi(printed: unknown): void {
      const text = typeof printed === "string" ? printed : JSON.stringify(printed);
      writeFileSync(join(folder, "outputs.json"), text);
      const calls = join(folder, "calls");
      const script = `#!/bin/sh\necho "$0 $@" >> ${calls}; env >> ${calls}; cat ${join(folder, "outputs.json")}\n`;
      writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
      process.env.PATH = `${folder}:${PATH}`;
    },
    /** Arguments and environments of the CLI, so far. */
    pulumiCalls: () => readFileSync(join(folder, "calls"), "utf8"),
    /** Of an API server, or whatever text. */
    kubeconfig({ server, text, token }: { server?: string; text?: string; token?: string }): void {
      const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
        users: [{ name: "u", user: { token } }],
        contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
        "current-context": "here",
      };
      process.env.KUBECONFIG = join(folder, "kubeconfig");
      writeFileSync(process.env.KUBECONFIG, text ?? JSON.stringify(config));
    },
  };
}
