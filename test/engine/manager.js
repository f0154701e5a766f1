#!/usr/bin/env node
/**
 * A program that stands where an operator of 1.x does: it reads the same file, listens on the same ports by the same certificate,
 * refuses the graph `refused`, and notes in the others what mutated and converted them. A file `end` beside its settings ends it.
 */
const { existsSync, readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { createServer: createSecureServer } = require("node:https");
const { dirname, join } = require("node:path");
const { json } = require("node:stream/consumers");

const config = process.argv.find((arg) => arg.startsWith("--config="))?.slice("--config=".length);
if (config === undefined || process.argv.includes("--fail")) {
  console.log("one\ntwo\nthree\nfour\nfive\nno settings");
  process.exit(3);
}
const { server } = JSON.parse(readFileSync(config, "utf8"));
const seen = {
  args: process.argv.slice(2),
  namespace: readFileSync("/var/run/secrets/kubernetes.io/serviceaccount/namespace", "utf8").trim(),
  account: `${process.env.POD_NAMESPACE}/${process.env.POD_SERVICE_ACCOUNT}`,
  kubeconfig: process.env.KUBECONFIG,
};
console.log(JSON.stringify(seen));

createServer((request, response) => response.writeHead(request.url === "/readyz" ? 200 : 404).end()).listen(
  server.healthProbe.port,
  server.healthProbe.bindAddress,
);

const answers = {
  "/validate/nvidia.com/v1beta1/dynamographdeployments": ({ object }) =>
    object.metadata.name === "refused"
      ? { allowed: false, status: { code: 422, message: "refused by the operator" } }
      : { allowed: true },
  "/mutate/nvidia.com/v1beta1/dynamographdeployments": ({ object }) => ({
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from(
      JSON.stringify([{ op: "add", path: "/spec/mutated", value: object.apiVersion }]),
    ).toString("base64"),
  }),
  "/convert": ({ objects, desiredAPIVersion }) => ({
    result: { status: "Success" },
    convertedObjects: objects.map(({ apiVersion, ...object }) => ({
      ...object,
      apiVersion: desiredAPIVersion,
      spec: { ...object.spec, convertedFrom: apiVersion },
    })),
  }),
};

const certificate = (name) => readFileSync(join(server.webhook.certDir, name));
createSecureServer(
  { cert: certificate("tls.crt"), key: certificate("tls.key") },
  async (request, response) => {
    const { request: question, ...review } = await json(request);
    const answer = answers[new URL(request.url, "https://localhost").pathname];
    if (answer === undefined) return response.writeHead(404).end();
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ ...review, response: { uid: question.uid, ...answer(question) } }));
  },
).listen(server.webhook.port, server.webhook.host);

setInterval(() => {
  if (!existsSync(join(dirname(config), "end"))) return;
  console.log("told to end");
  process.exit(7);
}, 50);
