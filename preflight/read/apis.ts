import { at, list, text } from "../../gpus/manifest";
import type { ApiServer } from "./apiServer";

export interface ServedApi {
  readonly group: string;
  readonly version: string;
  readonly kinds: { readonly kind: string; readonly plural: string }[];
}

/** All groups in one answer, as API servers give it from 1.30 (v2) and 1.27 (v2beta1); older ones list names alone. */
const accept = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

/** Kinds that the API server serves beside those without a group. Of a group the preferred version is first. */
export async function readApis(api: ApiServer): Promise<ServedApi[]> {
  const answer = await api.get("/apis", accept);
  if (at(answer, "kind") === "APIGroupDiscoveryList") return list(at(answer, "items")).flatMap(apisOf);
  const versions = list(at(answer, "groups")).flatMap((group) =>
    list(at(group, "versions")).map((version) => text(at(version, "groupVersion"))),
  );
  return Promise.all(
    versions.map(async (groupVersion) => {
      const [group = "", version = ""] = groupVersion.split("/");
      // An extension that is down takes none of the others along.
      const resources = await api.get(`/apis/${groupVersion}`).catch(() => undefined);
      const kinds = list(at(resources, "resources"))
        .map((one) => ({ kind: text(at(one, "kind")), plural: text(at(one, "name")) }))
        .filter(({ plural }) => !plural.includes("/"));
      return { group, version, kinds };
    }),
  );
}

function apisOf(group: unknown): ServedApi[] {
  return list(at(group, "versions")).map((version) => ({
    group: text(at(group, "metadata", "name")),
    version: text(at(version, "version")),
    kinds: list(at(version, "resources")).map((resource) => ({
      kind: text(at(resource, "responseKind", "kind")),
      plural: text(at(resource, "resource")),
    })),
  }));
}
