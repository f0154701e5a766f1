import { at } from "../../gpus/manifest";
import type { Right } from "../needs";
import type { Unread } from "../snapshot";
import type { ApiServer } from "./apiServer";
import type { ServedApi } from "./apis";

/** Verbs by which Pulumi makes, reads, updates and deletes an object. */
const verbs = ["get", "create", "patch", "delete"];

/** Whether the user has a right. Most have all verbs or lack the first. */
export async function readRight(
  api: ApiServer,
  { group, kind, namespace }: Right,
  apis: Promise<ServedApi[] | Unread>,
): Promise<boolean> {
  const served = await apis;
  const known = "unread" in served ? [] : served.filter((one) => one.group === group);
  const resource =
    known.flatMap(({ kinds }) => kinds).find((one) => one.kind === kind)?.plural ?? pluralOf(kind);
  const may = async (verb: string) => {
    const answer = await api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { group, resource, verb, ...(namespace && { namespace }) } },
    });
    return at(answer, "status", "allowed") === true;
  };
  if (await may("*")) return true;
  return (await Promise.all(verbs.map(may))).every(Boolean);
}

/** As Kubernetes names its own. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("y")) return `${name.slice(0, -1)}ies`;
  return name.endsWith("s") ? `${name}es` : `${name}s`;
}
