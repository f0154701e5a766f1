import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { WithHelmReleases } from "./helmReleases";
import { KubernetesProvider } from "./kubernetes";
import { isWithin } from "./properties";
import { RandomProvider } from "./random";
import type { Operation, ResourceProvider } from "./resourceProvider";
import { asStatus, DIFF_NONE, DIFF_SOME, diffResponse, plain, struct } from "./wire";

/**
 * Serves the stand-ins for the `kubernetes` and `random` plugins on 127.0.0.1. `debugProviders` is the value of
 * `PULUMI_DEBUG_PROVIDERS` that attaches them to an engine; `stop` ends what they wait for.
 */
export async function serveProviders(): Promise<{ debugProviders: string; stop(): Promise<void> }> {
  const [kubernetes, random] = await Promise.all([
    serve(() => new WithHelmReleases(new KubernetesProvider())),
    serve(() => new RandomProvider()),
  ]);
  return {
    debugProviders: `kubernetes:${kubernetes.port},random:${random.port}`,
    stop: async () => {
      kubernetes.stop();
      random.stop();
    },
  };
}

/** An engine makes a connection for each provider resource of the stack, which has settings of its own. */
interface Connection {
  readonly provider: ResourceProvider;
  readonly cancellation: AbortController;
  readonly engine: EngineClient | undefined;
}

async function serve(createProvider: () => ResourceProvider): Promise<{ port: number; stop(): void }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  const connections = new Map<string, Connection>();
  const connected = (peer: string, engine?: EngineClient): Connection => {
    const connection = { provider: createProvider(), cancellation: new AbortController(), engine };
    connections.set(peer, connection);
    return connection;
  };

  const unary =
    <Q, R>(
      answer: (request: Q, connection: Connection, signal: AbortSignal) => R | Promise<R>,
    ): grpc.handleUnaryCall<Q, R> =>
    async (call, callback) => {
      const peer = call.getPeer();
      const connection = connections.get(peer) ?? connected(peer);
      const gone = new AbortController();
      call.on("cancelled", () => gone.abort());
      try {
        const signal = AbortSignal.any([connection.cancellation.signal, gone.signal]);
        callback(null, await answer(call.request, connection, signal));
      } catch (error) {
        callback(asStatus(error));
      }
    };

  const onResource = <Q extends { getUrn(): string; getType(): string; getName(): string }, R>(
    answer: (request: Q, provider: ResourceProvider, operation: Operation) => Promise<R>,
  ) =>
    unary<Q, R>((request, { provider, engine }, signal) => {
      const urn = request.getUrn();
      let last = "";
      const report = (line: string) => {
        if (line === last) return;
        last = line;
        const log = new LogRequest().setUrn(urn).setMessage(line).setEphemeral(true);
        // A line that the engine no longer takes is no failure.
        engine?.log(log.setSeverity(LogSeverity.INFO), () => {});
      };
      return answer(request, provider, {
        urn,
        type: request.getType(),
        name: request.getName(),
        signal,
        report,
      });
    });

  server.addService(ResourceProviderService, {
    handshake(
      call: grpc.ServerUnaryCall<proto.ProviderHandshakeRequest, proto.ProviderHandshakeResponse>,
      callback: grpc.sendUnaryData<proto.ProviderHandshakeResponse>,
    ) {
      // An engine of before may have had the same port, and have cancelled what it did.
      const address = call.request.getEngineAddress();
      connected(call.getPeer(), new EngineClient(address, grpc.credentials.createInsecure()));
      callback(null, new proto.ProviderHandshakeResponse().setAcceptSecrets(true));
    },
    attach: unary((_: PluginAttach) => new Empty()),
    getPluginInfo: unary((_: Empty, { provider }) => new PluginInfo().setVersion(provider.version)),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary((request: proto.DiffRequest, { provider }) => {
      const [olds, news] = [plain(request.getOldInputs()), plain(request.getNews())];
      const keys = Object.keys({ ...olds, ...news });
      const changed = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
      return new proto.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(provider.replacesProvider(olds, news));
    }),
    configure: unary(async (request: proto.ConfigureRequest, { provider }) => {
      const settings = request.getVariablesMap().toArray() as [string, string][];
      await provider.configure(new Map(settings.map(([key, value]) => [key.replace(/^.*:/, ""), value])));
      return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: onResource(async (request: proto.CheckRequest, provider, operation) => {
      const inputs = await provider.check(operation, plain(request.getOlds()), plain(request.getNews()));
      return new proto.CheckResponse().setInputs(struct(inputs));
    }),
    diff: onResource(async (request: proto.DiffRequest, provider, operation) => {
      const [state, news] = [plain(request.getOlds()), plain(request.getNews())];
      const { changes, deleteBeforeReplace } = await provider.diff(operation, state, news);
      for (const path of changes.keys()) {
        if (request.getIgnorechangesList().some((ignored) => isWithin(path, ignored))) changes.delete(path);
      }
      return diffResponse(changes, deleteBeforeReplace);
    }),
    create: onResource(async (request: proto.CreateRequest, provider, operation) => {
      const { id, properties } = await provider.create(operation, {
        inputs: plain(request.getProperties()),
        preview: request.getPreview(),
        timeout: request.getTimeout(),
      });
      return new proto.CreateResponse().setId(id).setProperties(struct(properties));
    }),
    read: onResource(async (request: proto.ReadRequest, provider, operation) => {
      const { id, properties, inputs } = await provider.read(operation, {
        id: request.getId(),
        properties: plain(request.getProperties()),
        inputs: plain(request.getInputs()),
      });
      return new proto.ReadResponse().setId(id).setProperties(struct(properties)).setInputs(struct(inputs));
    }),
    update: onResource(async (request: proto.UpdateRequest, provider, operation) => {
      const state = { id: request.getId(), properties: plain(request.getOlds()) };
      const properties = await provider.update(operation, state, {
        inputs: plain(request.getNews()),
        preview: request.getPreview(),
        timeout: request.getTimeout(),
      });
      return new proto.UpdateResponse().setProperties(struct(properties));
    }),
    delete: onResource(async (request: proto.DeleteRequest, provider, operation) => {
      const state = { id: request.getId(), properties: plain(request.getProperties()) };
      await provider.delete(operation, state, request.getTimeout());
      return new Empty();
    }),
    cancel: unary((_: Empty, { cancellation }) => {
      cancellation.abort();
      return new Empty();
    }),
  });

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const stop = () => {
    for (const { cancellation, engine } of connections.values()) {
      cancellation.abort();
      engine?.close();
    }
    server.forceShutdown();
  };
  return { port, stop };
}
