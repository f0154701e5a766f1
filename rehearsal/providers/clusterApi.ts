import { existsSync } from "node:fs";
import { type Configuration, HttpMethod, type V1ObjectMeta, type V1Status } from "@kubernetes/client-node";
import { KeptConnections } from "../clients";

/** An object as it is on the wire. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: V1ObjectMeta & { name: string };
  readonly [field: string]: unknown;
}

type KindOfObject = Pick<KubernetesObject, "apiVersion" | "kind">;

interface Kind {
  readonly kind: string;
  /** As in a path: plural, in lower case. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** The API server's refusal. */
class ApiError extends Error {
  constructor(readonly status: V1Status) {
    super(status.message ?? status.reason);
  }
}

type Reason = "AlreadyExists" | "Conflict" | "Forbidden" | "NotFound" | "Invalid";

export const isApiError = (error: unknown, ...reasons: Reason[]): error is Error =>
  error instanceof ApiError && reasons.includes(error.status.reason as Reason);

interface WriteOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
}

interface JsonPatchOperation {
  readonly op: "test" | "replace";
  readonly path: string;
  readonly value: unknown;
}

interface Request {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Milliseconds that an API server has for its first answer. */
const connectTimeout = 30_000;

/**
 * A cluster's API in plain JSON, with the connection and the credentials of `@kubernetes/client-node`. Its typed
 * clients rename fields and drop those that they don't know, and so can't apply an object as it was written.
 */
export class ClusterApi {
  private readonly kinds = new Map<string, Kind[]>();

  private constructor(
    private readonly configuration: Configuration,
    /** The namespace of the kubeconfig's context. */
    readonly namespace: string,
  ) {}

  /**
   * @param kubeconfig a path or the contents; by default what kubectl would use
   * @throws when the kubeconfig is unusable or the API server doesn't answer
   */
  static async connect(kubeconfig?: string, context?: string): Promise<ClusterApi> {
    const config = new KeptConnections();
    if (!kubeconfig) config.loadFromDefault();
    else if (existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
    else config.loadFromString(kubeconfig);
    if (context) config.setCurrentContext(context);

    class Api {
      constructor(readonly configuration: Configuration) {}
    }
    const { namespace = "default" } = config.getContextObject(config.getCurrentContext()) ?? {};
    const cluster = new ClusterApi(config.makeApiClient(Api).configuration, namespace);
    await cluster.request(HttpMethod.GET, "/version", { signal: AbortSignal.timeout(connectTimeout) });
    return cluster;
  }

  /** A kind as the server knows it; undefined when it doesn't. */
  async find({ apiVersion, kind }: KindOfObject): Promise<Omit<Kind, "kind"> | undefined> {
    const isKind = (candidate: Kind) => candidate.kind === kind;
    const known = this.kinds.get(apiVersion)?.find(isKind);
    if (known) return known;
    try {
      const { resources } = await this.request<{ resources: Kind[] }>(HttpMethod.GET, rootOf(apiVersion));
      this.kinds.set(
        apiVersion,
        resources.filter(({ name }) => !name.includes("/")),
      );
    } catch (error) {
      if (!isApiError(error, "NotFound")) throw error;
    }
    return this.kinds.get(apiVersion)?.find(isKind);
  }

  async create(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    const path = await this.path(object, object.metadata.namespace);
    return this.request(HttpMethod.POST, path, { query: writeQuery(options), body: object });
  }

  /** Server-side apply. */
  async apply(
    object: KubernetesObject,
    options: WriteOptions & { force: boolean },
  ): Promise<KubernetesObject> {
    return this.request(HttpMethod.PATCH, await this.pathOf(object), {
      query: { ...writeQuery(options), force: String(options.force) },
      body: object,
      contentType: "application/apply-patch+yaml",
    });
  }

  async patch(
    object: KubernetesObject,
    operations: readonly JsonPatchOperation[],
  ): Promise<KubernetesObject> {
    const contentType = "application/json-patch+json";
    return this.request(HttpMethod.PATCH, await this.pathOf(object), { body: operations, contentType });
  }

  async read(object: KubernetesObject): Promise<KubernetesObject> {
    return this.request(HttpMethod.GET, await this.pathOf(object));
  }

  async list(
    kind: KindOfObject,
    namespace: string | undefined,
    labelSelector: string,
  ): Promise<KubernetesObject[]> {
    const path = await this.path(kind, namespace);
    const query = { labelSelector };
    return (await this.request<{ items: KubernetesObject[] }>(HttpMethod.GET, path, { query })).items;
  }

  async delete(
    object: KubernetesObject,
    propagationPolicy: "Foreground" | "Background" | "Orphan",
  ): Promise<void> {
    await this.request(HttpMethod.DELETE, await this.pathOf(object), { query: { propagationPolicy } });
  }

  private async path(kind: KindOfObject, namespace = this.namespace): Promise<string> {
    const found = await this.find(kind);
    if (!found) {
      const message = `no matches for kind "${kind.kind}" in version "${kind.apiVersion}"`;
      throw new ApiError({ reason: "NotFound", message });
    }
    return [rootOf(kind.apiVersion), ...(found.namespaced ? ["namespaces", namespace] : []), found.name].join(
      "/",
    );
  }

  private async pathOf(object: KubernetesObject): Promise<string> {
    return `${await this.path(object, object.metadata.namespace)}/${object.metadata.name}`;
  }

  private async request<T>(method: HttpMethod, path: string, request: Request = {}): Promise<T> {
    const { baseServer, authMethods, httpApi } = this.configuration;
    const context = baseServer.makeRequestContext(path, method);
    context.setHeaderParam("Accept", "application/json");
    for (const [name, value] of Object.entries(request.query ?? {})) context.setQueryParam(name, value);
    if (request.body) {
      context.setHeaderParam("Content-Type", request.contentType ?? "application/json");
      context.setBody(JSON.stringify(request.body));
    }
    if (request.signal) context.setSignal(request.signal);
    await authMethods.default?.applySecurityAuthentication(context);

    const response = await httpApi.send(context).toPromise();
    const text = await response.body.text();
    if (response.httpStatusCode < 300) return JSON.parse(text) as T;
    const message = `HTTP ${response.httpStatusCode}: ${text.trim()}`;
    throw new ApiError(text.startsWith("{") ? JSON.parse(text) : { message });
  }
}

const rootOf = (apiVersion: string) => `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;

const writeQuery = ({ fieldManager, dryRun }: WriteOptions): Record<string, string> =>
  dryRun ? { fieldManager, dryRun: "All" } : { fieldManager };
