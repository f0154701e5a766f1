/** The webhook by which the operator refuses updates of graphs. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { AdmissionregistrationV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { ReleaseLine } from "../../config/runtime/release";
import { at, text } from "../../gpus/manifest";
import { fieldsOf } from "../../plan/graph/graphFields";
import { refusedUpdates } from "../../plan/graph/updateRules";
import { clusterConfig } from "../clients";
import { fieldManager } from "./operatorApi";

const name = "vdynamographdeployment.kb.io";
const registration = "dynamo-operator-validating";

/**
 * Starts the webhook, with the rules of a release line. It answers by the certificate of the rehearsal's API server, which its
 * administrators have, and which is for 127.0.0.1.
 */
export async function startWebhook(
  kubeconfig: string,
  line: ReleaseLine,
): Promise<{ stop(): Promise<void> }> {
  const config = clusterConfig(kubeconfig);
  const tls: { cert?: string; key?: string; ca?: string } = {};
  await config.applyToHTTPSOptions(tls);
  const server = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    const review = await json(request);
    const verdict = { uid: at(review, "request", "uid"), ...admit(at(review, "request"), line) };
    const answer = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: verdict };
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = 0; // the API server keeps connections, and an update fails by one that is closed as it writes
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const registrations = config.makeApiClient(AdmissionregistrationV1Api);
  const body = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: registration },
    webhooks: [
      {
        name,
        admissionReviewVersions: ["v1"],
        clientConfig: {
          url: `https://127.0.0.1:${port}/validate/nvidia.com/dynamographdeployments`,
          caBundle: Buffer.from(tls.ca ?? "").toString("base64"),
        },
        failurePolicy: "Fail",
        matchPolicy: "Exact", // the operator itself writes the version that is stored
        rules: [
          {
            apiGroups: ["nvidia.com"],
            apiVersions: ["v1alpha1", "v1beta1"],
            operations: ["UPDATE"],
            resources: ["dynamographdeployments"],
          },
        ],
        sideEffects: "None",
      },
    ],
  };
  // An operator of another release takes over the registration of the one before.
  await registrations.patchValidatingWebhookConfiguration(
    { name: registration, body, fieldManager, force: true },
    setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
  );
  return {
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The operator may change replicas, and so may the planner, by its ServiceAccount. */
function admit(request: unknown, line: ReleaseLine) {
  const after = at(request, "object");
  const isOperator = at(request, "options", "fieldManager") === fieldManager;
  const isPlanner = text(at(request, "userInfo", "username")).endsWith(":planner-serviceaccount");
  const isLeaving = at(after, "metadata", "deletionTimestamp") !== undefined;
  const before = fieldsOf(at(request, "oldObject"));
  const refusals =
    isOperator || isLeaving
      ? []
      : refusedUpdates(line, before, fieldsOf(after)).filter(
          (refusal) => !(isPlanner && /replicas cannot be modified/.test(refusal)),
        );
  if (refusals.length === 0) return { allowed: true };
  const graph = `DynamoGraphDeployment.nvidia.com "${text(at(after, "metadata", "name"))}"`;
  const message = `${graph} is invalid: ${refusals.join(", ")}`;
  return { allowed: false, status: { code: 422, reason: "Invalid", message } };
}
