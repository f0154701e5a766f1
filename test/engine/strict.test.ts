/** Every manifest of both stacks against the real CRDs, with the API server's strict validation. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
} from "@kubernetes/client-node";
import { parse } from "yaml";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { applyCrds } from "../../rehearsal/crds";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { realCrds } from "./realCrds";

jest.setTimeout(60_000);

/** The manifests that a unit test holds against what the program makes. */
const golden = join(__dirname, "../golden");
const manifests = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".yaml"),
);

/** A client all of whose requests are validated strictly. */
function strictClient(kubeconfig: string): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
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

describe.each(["0.8", "1.4"] as const)("Dynamo %s", (release) => {
  const crds = realCrds(release);
  const check = crds.length > 0 ? test : test.skip;
  let plane: ControlPlane;
  let objects: KubernetesObjectApi;

  beforeAll(async () => {
    if (crds.length === 0) return;
    plane = await startControlPlane(await buildTools(rehearsalTools));
    for (const dir of crds) await applyCrds(plane.kubeconfig, dir);
    const config = new KubeConfig();
    config.loadFromFile(plane.kubeconfig);
    objects = strictClient(plane.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    for (const name of ["dynamo", "nats-system", "etcd-system"])
      await core.createNamespace({ body: { metadata: { name } } });
  }, 2_400_000);

  afterAll(() => plane?.stop());

  const apply = (manifest: KubernetesObject) =>
    objects.patch(manifest, undefined, "All", "strict", true, PatchStrategy.ServerSideApply);

  check.each(manifests)("accepts %s", async (file) => {
    await expect(apply(parse(readFileSync(join(golden, file), "utf8")))).resolves.toBeDefined();
  });

  check("refuses a field that does not exist, so the test can fail", async () => {
    const manifest = parse(
      readFileSync(join(golden, "dev/dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml"), "utf8"),
    );
    manifest.spec.services.Frontend.replica = 1;
    await expect(apply(manifest)).rejects.toThrow(/unknown field|field not declared/);
  });
});
