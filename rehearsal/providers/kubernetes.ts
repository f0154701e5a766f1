import { randomBytes } from "node:crypto";
import { awaitDeletion, awaitReadiness, checkReady, pulumiAnnotation, timeoutOf } from "./await";
import { asObject, checkpoint, halfMade, importable, parseCheckpoint, withSecrets } from "./checkpoint";
import { ClusterApi, isApiError, type KubernetesObject } from "./clusterApi";
import { createObject } from "./creation";
import { diff } from "./diff";
import { creator, handOver, isAsCreated } from "./fieldManagers";
import { identity, withEncodedData } from "./inputs";
import { hasUnknown, isUnknown, type Properties, prune, reveal } from "./properties";
import type { Operation, ResourceProvider, State, Writing } from "./resourceProvider";

const autonamed = "pulumi.com/autonamed";

const uniqueName = (prefix: string) => `${prefix}-${randomBytes(4).toString("hex")}`;

/**
 * Stands in for `pulumi-resource-kubernetes` 4.34 where it can't be had, and does as it does: a plain CREATE,
 * updates by server-side apply, waits, partial failures, and state in the same form.
 */
export class KubernetesProvider implements ResourceProvider {
  readonly version = "4.34.2";
  private settings: ReadonlyMap<string, string> = new Map();
  private reached?: ClusterApi;
  private unreachable = "the provider is not configured";

  async configure(settings: ReadonlyMap<string, string>) {
    if (settings.get("enableServerSideApply") === "false" || settings.get("renderYamlToDirectory")) {
      throw new Error("the stand-in of the kubernetes provider applies on the server, and nothing else");
    }
    this.settings = settings;
    try {
      this.reached = await ClusterApi.connect(settings.get("kubeconfig"), settings.get("context"));
    } catch (error) {
      this.unreachable = error instanceof Error ? error.message : String(error);
    }
  }

  replacesProvider(olds: Properties, news: Properties) {
    const key = "clusterIdentifier";
    return olds[key] && news[key] && olds[key] !== news[key] ? [key] : [];
  }

  async check({ name, type }: Operation, olds: Properties, news: Properties) {
    const inputs = asObject({ ...identity(type), ...reveal(news) });
    if (isUnknown(inputs.metadata)) return news;
    const old: Partial<KubernetesObject> = reveal(olds);
    const metadata = { ...inputs.metadata };

    const isNew = Object.keys(old).length === 0;
    if (!metadata.name && (isNew || old.metadata?.annotations?.[autonamed] === "true")) {
      metadata.name = old.metadata?.name ?? uniqueName(name);
      metadata.annotations = { ...metadata.annotations, [autonamed]: "true" };
    }
    // Without a cluster a kind's scope isn't known, and an object stays where it was. A kind that the server doesn't
    // know will be a custom resource whose CRD is on its way: most of those have a namespace.
    const kind = await this.reached?.find(inputs);
    const namespace = this.reached
      ? (this.settings.get("namespace") ?? this.reached.namespace)
      : old.metadata?.namespace;
    if (!metadata.namespace && namespace && kind?.namespaced !== false) metadata.namespace = namespace;
    return withSecrets(news, { ...withEncodedData(inputs), metadata });
  }

  async diff(_: Operation, state: Properties, news: Properties) {
    const { inputs: olds, live } = parseCheckpoint(state);
    const inputs = asObject(reveal(news));
    const changes = diff(live, olds, inputs, {
      configMap: this.settings.get("enableConfigMapMutable") === "true",
      secret: this.settings.get("enableSecretMutable") === "true",
    });
    const { name, namespace, annotations } = inputs.metadata;
    const isReplaced = [...changes.values()].some(({ replace }) => replace);
    const keepsName = name === live.metadata.name && namespace === live.metadata.namespace;
    return { changes, deleteBeforeReplace: isReplaced && keepsName && annotations?.[autonamed] !== "true" };
  }

  async create(operation: Operation, { inputs, preview, timeout }: Writing): Promise<State> {
    if (preview && !(await this.canDryRun(inputs))) return { id: "", properties: inputs };
    const cluster = this.cluster;
    const object = asObject(reveal(inputs));
    const manager = uniqueName(creator);
    let created: KubernetesObject;
    try {
      const isUpsert = this.settings.get("upsertExistingObjects") === "true";
      const force = preview || this.isForced(object);
      const how = { manager, preview, isUpsert, force };
      created = await createObject(cluster, object, how, operation);
    } catch (error) {
      // What a preview can't know: a namespace, or an object of the same name, may come or go before.
      if (preview && isApiError(error, "Forbidden", "NotFound", "AlreadyExists"))
        return { id: "", properties: inputs };
      const what = `resource "${operation.urn}" was not successfully created by the Kubernetes API server`;
      throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
    }
    if (preview) {
      const { status, ...planned } = created;
      return { id: "", properties: checkpoint(inputs, planned, manager) };
    }

    const { namespace, name } = created.metadata;
    const id = namespace ? `${namespace}/${name}` : name;
    const stateOf = (live = created) => ({ id, properties: checkpoint(inputs, live, manager) });
    try {
      return stateOf(await awaitReadiness(cluster, created, timeoutOf(object, timeout), operation));
    } catch (error) {
      const what = `resource "${operation.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`;
      throw halfMade(what, error, stateOf);
    }
  }

  async read({ type }: Operation, { id, properties, inputs: known = {} }: State): Promise<State> {
    const cluster = this.cluster;
    const [name = "", namespace] = id.split("/").reverse();
    let live: KubernetesObject;
    try {
      live = await cluster.read({ ...identity(type), metadata: { name, namespace } });
    } catch (error) {
      if (isApiError(error, "NotFound")) return { id: "", properties: {} };
      throw error;
    }
    const isImport = Object.keys(known).length === 0;
    const seen = isImport ? importable(live) : (prune(live, reveal(known)) as Properties);
    const inputs = withSecrets(known, seen);
    const { manager = uniqueName(creator) } = parseCheckpoint(properties);
    const state = { id, properties: checkpoint(inputs, live, manager), inputs };
    if (isImport) return state;
    try {
      await checkReady(cluster, live);
    } catch (error) {
      throw halfMade("", error, () => state);
    }
    return state;
  }

  private isForced(object: KubernetesObject): boolean {
    return (
      pulumiAnnotation(object, "patchForce") === "true" || this.settings.get("enablePatchForce") === "true"
    );
  }

  async update(operation: Operation, { id, properties }: State, { inputs, preview, timeout }: Writing) {
    if (preview && !(await this.canDryRun(inputs))) return inputs;
    const cluster = this.cluster;
    const object = asObject(reveal(inputs));
    const { live: last, manager = uniqueName(creator) } = parseCheckpoint(properties);
    try {
      const before = await cluster.read(last);
      if (!preview) await handOver(cluster, before, manager);
      const force = this.isForced(object) || (preview && isAsCreated(before));
      const updated = await cluster.apply(object, { fieldManager: manager, dryRun: preview, force });
      if (preview) return checkpoint(inputs, updated, manager);
      const live = await awaitReadiness(cluster, updated, timeoutOf(object, timeout), operation);
      return checkpoint(inputs, live, manager);
    } catch (error) {
      if (preview && isApiError(error, "Forbidden")) return inputs;
      if (preview || isApiError(error, "NotFound")) throw error;
      const live = await cluster.read(last);
      const what = isApiError(error, "Conflict")
        ? `server-side apply field conflict detected: the resource managed by field manager "${manager}" had an apply conflict`
        : `the Kubernetes API server reported that "${id}" failed to fully initialize or become live`;
      throw halfMade(what, error, () => ({ id, properties: checkpoint(inputs, live, manager) }));
    }
  }

  async delete(operation: Operation, { id, properties }: State, timeout: number) {
    const cluster = this.cluster;
    const { inputs, live, manager = creator } = parseCheckpoint(properties);
    try {
      await cluster.delete(live, propagationOf(inputs));
    } catch (error) {
      if (isApiError(error, "NotFound")) return;
      throw error;
    }
    try {
      await awaitDeletion(cluster, live, timeoutOf(inputs, timeout), operation);
    } catch (error) {
      const stateOf = (last = live) => ({ id, properties: checkpoint({ ...inputs }, last, manager) });
      throw halfMade(`"${id}" was not deleted`, error, stateOf);
    }
  }

  private get cluster(): ClusterApi {
    if (this.reached) return this.reached;
    throw new Error(`configured Kubernetes cluster is unreachable: ${this.unreachable}`);
  }

  private async canDryRun(inputs: Properties): Promise<boolean> {
    return !hasUnknown(inputs) && (await this.reached?.find(asObject(inputs))) !== undefined;
  }
}

function propagationOf(object: KubernetesObject) {
  const policy = pulumiAnnotation(object, "deletionPropagationPolicy")?.toLowerCase();
  if (policy === "background") return "Background";
  return policy === "orphan" ? "Orphan" : "Foreground";
}
