/** Every manifest of both stacks and of the examples against the real CRDs, with the API server's strict validation. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CoreV1Api,
  createConfiguration,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
} from "@kubernetes/client-node";
import { parse } from "yaml";
import type { GraphApiVersion } from "../../config/runtime/release";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { readCrds } from "../../rehearsal/crdFiles";
import { applyCrds } from "../../rehearsal/crds";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { copyGolden } from "../golden";
import { exampleObjects } from "./exampleObjects";
import { realCrds } from "./realCrds";

jest.setTimeout(60_000);

/** The manifests that a unit test holds against what the program makes. */
const golden = mkdtempSync(join(tmpdir(), "golden-"));
afterAll(() => rmSync(golden, { recursive: true }));
for (const stack of ["dev", "prod"]) copyGolden(stack, join(golden, stack));
const manifests = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".yaml"),
);

/** A client all of whose requests are validated strictly. */
function strictClient(kubeconfig: string): KubernetesObjectApi {
  const config = clusterConfig(kubeconfig);
  const strictly = {
    pre: async (request: RequestContext) => {
      request.setQueryParam("fieldValidation", "Strict");
      return request;
    },
    post: async (response: ResponseContext) => response,
  };
  const server = new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {});
  return new KubernetesObjectApi(
    createConfiguration({
      baseServer: server,
      authMethods: { default: config },
      promiseMiddleware: [strictly],
    }),
  );
}

interface Release {
  readonly name: string;
  readonly crds: readonly string[];
  /** Of the runtime. */
  readonly version: string;
  readonly apiVersion: GraphApiVersion;
}

const newer = realCrds("1.4");
const releases: readonly Release[] = [
  { name: "Dynamo 0.8", crds: realCrds("0.8"), version: "0.8.1", apiVersion: "v1alpha1" },
  { name: "Dynamo 1.4", crds: newer, version: "1.4.2", apiVersion: "v1alpha1" },
  { name: "Dynamo 1.4 in v1beta1", crds: newer, version: "1.4.2", apiVersion: "v1beta1" },
];

/** A copy of CRDs in which the versions before v1beta1 are gone: the operator's webhook, which converts them, is not there. */
async function onlyV1beta1(folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "crds-"));
  for (const crd of await readCrds(folder)) {
    const versions = crd.spec.versions as { name: string; storage: boolean }[];
    const kept = versions.filter(({ name }) => name === "v1beta1").map((one) => ({ ...one, storage: true }));
    const spec = { ...crd.spec, versions: kept.length > 0 ? kept : versions };
    writeFileSync(join(copy, `${crd.metadata.name}.yaml`), JSON.stringify({ ...crd, spec }));
  }
  return copy;
}

describe.each(releases)("$name", ({ crds, version, apiVersion }) => {
  const check = crds.length > 0 ? test : test.skip;
  let plane: ControlPlane;
  let objects: KubernetesObjectApi;

  beforeAll(async () => {
    if (crds.length === 0) return;
    plane = await startControlPlane(await buildTools(rehearsalTools));
    for (const dir of crds) {
      const copy = apiVersion === "v1beta1" ? await onlyV1beta1(dir) : undefined;
      await applyCrds(plane.kubeconfig, copy ?? dir);
      if (copy !== undefined) rmSync(copy, { recursive: true });
    }
    objects = strictClient(plane.kubeconfig);
    const core = apiClient(plane.kubeconfig, CoreV1Api);
    for (const name of ["dynamo", "nats-system", "etcd-system"])
      await core.createNamespace({ body: { metadata: { name } } });
  }, 2_400_000);

  afterAll(() => plane?.stop());

  const apply = (manifest: KubernetesObject) =>
    objects.patch(manifest, undefined, "All", "strict", true, PatchStrategy.ServerSideApply);

  const isServed = (file: string) =>
    apiVersion === "v1beta1" || !readFileSync(join(golden, file), "utf8").includes("nvidia.com/v1beta1");
  check.each(manifests.filter(isServed))("accepts %s", async (file) => {
    await expect(apply(parse(readFileSync(join(golden, file), "utf8")))).resolves.toBeDefined();
  });

  check.each(exampleObjects(version, apiVersion))("accepts the example %s", async (_, made) => {
    for (const object of made) await expect(apply(object)).resolves.toBeDefined();
  });

  check("refuses a field that does not exist, so the test can fail", async () => {
    const [, made] =
      exampleObjects(version, apiVersion).find(([name]) => name.startsWith("aggregated")) ?? [];
    const manifest = structuredClone(made?.[0]) as KubernetesObject & { spec: GraphSpec };
    const component = manifest.spec.services?.Frontend ?? manifest.spec.components?.[0];
    Object.assign(component ?? {}, { replica: 1 });
    await expect(apply(manifest)).rejects.toThrow(/unknown field|field not declared/);
  });
});

interface GraphSpec {
  readonly services?: Readonly<Record<string, object>>;
  readonly components?: readonly object[];
}
