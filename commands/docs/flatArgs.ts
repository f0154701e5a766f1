/** The args of library/'s components, from the config's schema: which settings each of them takes. */
import { type Schema, settingSchemas } from "../../config/reference";
import { type Fields, flatTypes } from "./flatTypes";

const text = (description: string): Schema => ({ type: "string", description });

/** A schema's field, of the first of its alternatives that has it. */
function field(schema: Schema | undefined, name: string): Schema {
  const options = schema?.oneOf ?? [schema];
  const found = options.map((one) => one?.properties?.[name]).find((one) => one !== undefined);
  if (found === undefined) throw new RangeError(`the config has no setting ${name} there`);
  return found;
}

const fields = (schema: Schema, ...names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, field(schema, name)]));

function without({ properties = {} }: Schema = {}, name: string): Fields {
  const { [name]: _, ...others } = properties;
  return others;
}

const config: Schema = { properties: settingSchemas };
const discovery = field(config, "discovery");
const graph: Schema = field(config, "graphs").items ?? {};
const watched: Schema = { ...graph, properties: without(graph, "servedBy") };
const pvc = field(field(graph, "modelCache"), "pvc");

const labels = {
  type: "object",
  description: "Labels of all objects that it makes. Default: the stack's own.",
};
const place = { namespace: text("Namespace of the graphs, which is there. Default: dynamo."), labels };
/** A component installs no platform: that is a stack's. */
const platform = { ...field(config, "platform"), properties: without(field(config, "platform"), "install") };
const around = { platform, ...fields(config, "monitoring", "images"), ...place };
const name = text("Name of the graph in Kubernetes. Default: the component's name.");

function server(name: "nats" | "etcd"): Schema {
  const { description = "", oneOf = [] } = field(discovery, name);
  const own = {
    ...without(oneOf[0], "external"),
    ...fields(discovery, "credentials", "clientNamespaces", "keepVolumes"),
  };
  return { description, properties: { ...own, ...around } };
}

/** The first has the settings that others are made of, whose types have their names from these. */
const interfaces: Fields = {
  MonitoringArgs: {
    description: "Graphs of one namespace, runtime and plane, and that plane.",
    properties: {
      graphs: { items: watched, description: "The graphs to watch, as their components have them." },
      ...fields(config, "runtime", "discovery", "encryption"),
      ...around,
    },
  },
  DiscoveryPlaneArgs: {
    ...discovery,
    oneOf:
      discovery.oneOf?.map((one) => ({
        ...one,
        properties: { ...one.properties, ...fields(config, "encryption"), ...around },
      })) ?? [],
  },
  DynamoGraphArgs: {
    ...graph,
    properties: {
      ...watched.properties,
      name,
      ...fields(config, "runtime", "discovery", "encryption"),
      ...around,
    },
    required: ["model"],
  },
  NatsArgs: server("nats"),
  EtcdArgs: server("etcd"),
  ModelCacheArgs: {
    ...pvc,
    properties: {
      ...pvc.properties,
      name,
      model: text("Model to download, where `download` is true."),
      ...fields(config, "runtime"),
      platform,
      ...fields(config, "images"),
      ...fields(graph, "modelRevision", "backend", "image", "huggingFaceSecret"),
      ...place,
    },
  },
  FrontendServiceArgs: {
    description: "The way to a graph's frontends.",
    properties: {
      name: text(
        "Beginning of its name: the Service is `<name>-frontend-np`. Default: the component's name.",
      ),
      deployment: text("Name of the DynamoGraphDeployment whose frontends answer."),
      ...fields(field(graph, "frontend"), "expose"),
      ...place,
    },
    required: ["deployment"],
  },
};

/** The file with the args of all components. */
export const flatArgs = () => flatTypes(interfaces);
