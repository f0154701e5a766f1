/** What the engine is told of each resource beside its inputs: what it waits for, and how it is replaced, kept and taken over. */
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { dryRun } from "../../commands/preview/dryRun";
import { parseConfig } from "../../config/parse";
import { inStateOfItsOwn } from "../pulumiState";

/** The part of a request that no golden file has. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getDependenciesList(): string[];
  getDeletebeforereplace(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAliasesList(): { getSpec(): { getName(): string; getType(): string; getParenturn(): string } }[];
  getHooks(): { toObject(): Readonly<Record<string, string[] | boolean>> } | undefined;
}

const last = (urn: string) => urn.split("::").at(-1) ?? "";

class Requests extends Map<string, Request> {
  /** URNs of the components that a resource is in, from the outermost; and its own. */
  private pathOf(urn: string): string[] {
    const parent = this.get(urn)?.getParent() ?? "";
    return [...(this.has(parent) ? this.pathOf(parent) : []), urn];
  }

  /** What a resource waits for: a component, where it waits for all that is in it. */
  private waitsFor(urn: string): string[] {
    const awaited = new Set(this.get(urn)?.getDependenciesList());
    const within = (component: string) =>
      [...this.keys()].filter((one) => this.get(one)?.getCustom() && this.pathOf(one).includes(component));
    const whole = (one: string) =>
      this.pathOf(one).find((part) => within(part).every((inner) => awaited.has(inner))) ?? one;
    return [...new Set([...awaited].map((one) => last(whole(one))))].sort();
  }

  /** Of each resource of which anything is told. */
  options(): Record<string, object> {
    const all = [...this].flatMap(([urn, request]) => {
      const options: readonly (readonly [string, string[] | boolean])[] = [
        ["after", this.waitsFor(urn)],
        ["deleteBeforeReplace", request.getDeletebeforereplace()],
        ["retainOnDelete", request.getRetainondelete()],
        ["ignoreChanges", request.getIgnorechangesList()],
        ["replaceOnChanges", request.getReplaceonchangesList()],
        ["aliases", request.getAliasesList().flatMap(named)],
        ...Object.entries(request.getHooks()?.toObject() ?? {}),
      ];
      const given = options.filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
      const name = `${request.getType().split(":").at(-1)} ${request.getName()}`;
      return given.length > 0 ? [[name, Object.fromEntries(given)]] : [];
    });
    return Object.fromEntries(all);
  }
}

/** An alias by a name or a parent. Those by a type are the provider's own. */
function named(alias: ReturnType<Request["getAliasesList"]>[number]): string[] {
  const spec = alias.getSpec();
  return spec.getType() === "" ? [`${last(spec.getParenturn())} ${spec.getName()}`.trim()] : [];
}

async function optionsIn(settings: Readonly<Record<string, unknown>>): Promise<object> {
  const config = {
    ...Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`dynamo:${key}`, JSON.stringify(value)]),
    ),
    "dynamo:huggingFaceToken": "token",
  };
  const isSecret = (key: string) => key === "dynamo:huggingFaceToken";
  const requests = new Requests();
  const register = MockMonitor.prototype.registerResource;
  const spy = jest.spyOn(MockMonitor.prototype, "registerResource").mockImplementation(function (
    this: MockMonitor,
    request,
    callback,
  ) {
    return register.call(this, request, (error, response) => {
      requests.set(response.getUrn(), request);
      callback(error, response);
    });
  });
  const stack = {
    project: "dynamo",
    name: "test",
    config,
    secretKeys: ["dynamo:huggingFaceToken"],
    settings: parseConfig("dynamo", "test", config, isSecret),
  };
  await inStateOfItsOwn(() => dryRun(stack, {}));
  spy.mockRestore();
  return requests.options();
}

const graph = {
  name: "chat",
  model: "m",
  huggingFaceSecret: "hf",
  modelCache: { pvc: { size: "1Gi", download: true } },
};

test("of a stack with servers", async () =>
  expect(
    await optionsIn({
      discovery: { mode: "nats-etcd", etcd: { snapshots: {} } },
      namespace: { create: true },
      budget: { gpus: 4 },
      graphs: [
        { ...graph, frontend: { expose: { type: "Ingress", host: "chat.example.com" } } },
        { name: "other", model: "m", workers: { scaling: { by: "keda", max: 2 } } },
      ],
    }),
  ).toMatchSnapshot());

test("of a stack without servers", async () =>
  expect(await optionsIn({ namespace: { create: true }, graphs: [graph] })).toMatchSnapshot());
