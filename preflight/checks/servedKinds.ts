import { own } from "../../config/own";
import { kindOf } from "../../gpus/kinds";
import { at, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import type { Needs } from "../needs";
import { isUnread, type Snapshot, servedVersions } from "../snapshot";

/** Who brings the kinds of a group. */
const origins: Readonly<Record<string, string>> = {
  "nvidia.com": "install the Dynamo platform, whose operator or chart brings them",
  "monitoring.coreos.com": "install kube-prometheus-stack, or leave its objects out of the stack",
  "cert-manager.io": "install cert-manager, whose CRDs they are, or write issuer: own (dynamo:encryption)",
  "keda.sh": "install KEDA, or scale by hpa (dynamo:graphs[].workers.scaling)",
  "gateway.networking.k8s.io":
    "install the Gateway API and a controller for it, or expose the frontend otherwise",
  "inference.networking.k8s.io":
    "install the Gateway API Inference Extension, and a Gateway that knows it (dynamo:graphs[].endpointPicker)",
};

/** Whether the API server serves all kinds that the plan makes, in the versions in which it makes them; of those that its own platform brings, it will. */
export function servedKinds(
  { config: { runtime, platform, graphs }, objects }: Needs,
  cluster: Snapshot,
): Finding[] {
  const { apis } = cluster;
  if (isUnread(apis)) return [check("API", "served kinds").unknown(apis.unread)];
  const wanted = new Map<string, { group: string; version: string; kind: string }>();
  const want = (apiVersion: string, kind: string) => {
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    if (group !== "") wanted.set(`${apiVersion} ${kind}`, { group, version, kind });
  };
  for (const object of objects) want(text(at(object, "apiVersion")), kindOf(object));
  if (runtime.workersRegisterIn === "DynamoWorkerMetadata")
    want("nvidia.com/v1alpha1", "DynamoWorkerMetadata");
  if (graphs.some(({ endpointPicker }) => endpointPicker))
    // the operator makes it
    want("inference.networking.k8s.io/v1", "InferencePool");
  const missing = [...wanted].flatMap(([subject, { group, version, kind }]) => {
    const versions = servedVersions(cluster, group, kind) as string[];
    if (versions.includes(version) || (group === "nvidia.com" && platform.install !== undefined)) return [];
    const { failed } = check("API", subject);
    if (versions.length === 0)
      return [failed("the cluster has no such kind", own(origins, group) ?? "install what serves it")];
    const remedy =
      kind === "DynamoGraphDeployment"
        ? "upgrade the platform, or write the version that it serves (dynamo:platform.apiVersion)"
        : "upgrade what serves it";
    return [failed(`it is served as ${versions.join(", ")} alone`, remedy)];
  });
  return missing.length > 0
    ? missing
    : [check("API", "served kinds").passed(`${wanted.size} kinds, each in the version that the plan writes`)];
}
