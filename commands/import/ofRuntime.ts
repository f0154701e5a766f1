/** Differences that don't matter by what the runtime's images and its operators are. */
import { own } from "../../config/own";
import { at, text } from "../../gpus/manifest";
import type { Difference } from "./differences";
import { flagsOf } from "./flags";
import { operatorsEnv } from "./sidecar";
import type { Verdict } from "./verdict";

/** Where the runtime's images are. */
const runtimeImages = "nvcr.io/nvidia/ai-dynamo";

export const ofRuntime: readonly Verdict[] = [
  {
    field: /^container\.workingDir$/,
    if: ({ of, made }) => made === undefined && !namesFiles(of),
    why: "modules are found from everywhere, and no argument names a file from there",
  },
  {
    field: /^container\.workingDir$/,
    if: ({ place, wanted }) => place === "planner" && wanted === undefined,
    why: "planners of old are found from there",
  },
  {
    field: /^login$/,
    if: ({ of, made }) =>
      made === undefined && text(of.fields.get("container.image")).startsWith(`${runtimeImages}/`),
    why: "the runtime's images have their env by themselves, and no profile that changes it",
  },
  {
    field: /^field\.dynamoNamespace$/,
    why: "operators ignore it: a graph has a namespace of its own",
  },
  {
    field: /^field\.runtimeVersionOverride$/,
    if: ({ of, wanted }) =>
      wanted === undefined || text(of.fields.get("container.image")).endsWith(`:${wanted}`),
    why: "the image's tag says it, and the program where it does not",
  },
];

const operatorsProbes: Readonly<Record<string, string>> = {
  "beside.container.livenessProbe": "/live",
  "beside.container.readinessProbe": "/health",
};

/** What the operator gives those frontends by itself. */
export const ofOperator: readonly Verdict[] = [
  {
    field: new RegExp(`^beside\\.env ${operatorsEnv}$`),
    why: "the operator tells the frontend beside an engine who it is",
  },
  {
    field: /^beside\.container\.(liveness|readiness)Probe$/,
    if: ({ field, wanted, made }) =>
      made === undefined && at(wanted, "httpGet", "path") === own(operatorsProbes, field),
    why: "the operator gives the frontend beside an engine the same probe",
  },
];

/** Whether a command may name a file from its working directory, by a word that is neither a whole path nor a name. */
function namesFiles({ executed: { module, args, before, after } }: Difference["of"]): boolean {
  if (module === undefined || relative.test(before) || relative.test(after)) return true;
  return [...flagsOf(args)].some(
    ([flag, values]) => !ofNoFile.test(flag) && values.some((value) => !isNoFile(value)),
  );
}

/** Files in a script that are named from its working directory. */
const relative = /(^|[\s"'=<>])(\.{1,2}\/|[\w-][\w.-]*\/|cd\b|pwd\b)/;

/** Flags whose values are names, sizes and choices. */
const ofNoFile =
  /^--(model|served-model-name|revision|[\w-]*(parser|mode|backend|dtype|size|strategy|method|policy|format|plane|engine|level|connector|host|port|quantization|device|processor|name|algo|runner|component|endpoint|namespace))$/;

/** Numbers, whole paths, JSON, addresses, choices in one word. */
const isNoFile = (value: string) => /^([-+]?[\d.]+\w*|[/[{].*|\w+:\/\/.*|true|false|auto|none)$/i.test(value);
