/** Values that a schema of zod takes, as far as the config's schemas go. */
import type { z } from "zod";
import fc from "../fastCheck";

/** The parts of zod's own definitions that the config's schemas have. */
interface Schema extends Pick<z.ZodType, "safeParse" | "meta"> {
  readonly shape: Readonly<Record<string, Schema>>;
  readonly minValue: number;
  readonly maxValue: number;
  readonly def: {
    readonly type: string;
    readonly innerType: Schema;
    readonly element: Schema;
    readonly keyType: Schema;
    readonly valueType: Schema;
    readonly options: readonly Schema[];
    readonly values: readonly unknown[];
    readonly entries: Readonly<Record<string, string>>;
    readonly checks?: readonly { readonly _zod: { readonly def: { format?: string; pattern?: RegExp } } }[];
    readonly format?: string;
  };
}

/** What fields.ts says of whole numbers. */
interface Whole {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Values = fc.Arbitrary<unknown>;

const probe = fc.constantFrom(
  { httpGet: { path: "/live", port: 9090 }, periodSeconds: 30 },
  { exec: { command: ["true"] }, failureThreshold: 5 },
);

/** Fields whose rules hardly any value meets, and one that is tested by itself. */
const fields: Readonly<Record<string, Values>> = {
  gpuResource: fc.constantFrom("nvidia.com/gpu", "nvidia.com/mig-3g.40gb"),
  resource: fc.constantFrom("rdma/ib", "rdma/shared_ib", "vpc.amazonaws.com/efa"),
  source: fc.constantFrom("s3://adapters/a", "hf://org/b"),
  adopted: fc.constant({ deployment: "ran", inPlaceOf: "chat", patch: [] }),
  transform: fc.constant([]),
  gpuDeviceClass: fc.constant("gpu.nvidia.com"),
  gpuMemoryService: fc.constant({ deviceClass: "gpu.nvidia.com" }),
  endpointPicker: fc.constant({ config: { plugins: [], schedulingProfiles: [] } }),
  checkpoint: fc.constantFrom({ startupPolicy: "WaitForCheckpoint" }, { checkpointRef: "loaded" }),
  resourceClaims: fc.constantFrom<object[]>([], [{ name: "nic", deviceClass: "mrdma.google.com", count: 2 }]),
  sourceRanges: fc.constantFrom(["10.0.0.0/8"], ["fd00::/8"]),
  workingDir: fc.constant("/workspace"),
  envFrom: fc.constantFrom<object[]>([], [{ secret: "s" }]),
  devices: fc.constantFrom({ "rdma/ib": 2 }, { "vpc.amazonaws.com/efa": 1 }),
  setup: fc.constant("ulimit -l unlimited"),
  engineConfig: fc.constant({ max_seq_len: 8192 }),
  settings: fc.constant({ load_predictor: "prophet" }),
  volumes: fc.constantFrom<object[]>(
    [],
    [{ name: "data", mountPath: "/data", claim: "data" }],
    [{ name: "files", mountPath: "/files", configMap: "files", readOnly: true }],
  ),
  image: fc.constantFrom("own/image", "own/image:1.4.2", `own/image@sha256:${"0".repeat(64)}`),
  annotations: fc.constant({ "example.com/a": "b" }),
  labels: fc.constant({ "example.com/c": "d" }),
  podSecurityContext: fc.constantFrom({ fsGroup: 0 }, { runAsUser: 1000, supplementalGroups: [1] }),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  securityContext: fc.constantFrom({ runAsUser: 0 }, { capabilities: { add: ["SYS_PTRACE"] } }),
  placement: fc.constantFrom(
    { gpuProduct: "NVIDIA-B200", tolerations: [{ key: "nvidia.com/gpu" }], spread: "zone" },
    { nodeSelector: { "kubernetes.io/arch": "arm64" }, priorityClass: "inference", runtimeClass: "nvidia" },
    { affinity: { podAffinity: {} }, scheduler: "kai", spread: "node" },
  ),
  modelCache: fc.constantFrom(
    { hostPath: "/data" },
    { pvc: { size: "1Ti" } },
    { pvc: { size: "1Ti", download: true } },
  ),
};

/** Values of a schema, whatever rules there are on more than one of them. Numbers are small. */
export function valuesOf(schema: z.ZodType): Values {
  return valuesBy(schema as unknown as Schema);
}

function valuesBy(schema: Schema): Values {
  const { def } = schema;
  const sound = (values: Values) => values.filter((value) => schema.safeParse(value).success);
  switch (def.type) {
    case "object": {
      const values = Object.entries(schema.shape).map(([key, field]) => [
        key,
        fields[key] ?? valuesBy(field),
      ]);
      const isRequired = (key: string) => !schema.shape[key]?.safeParse(undefined).success;
      return fc.record(Object.fromEntries(values), {
        requiredKeys: Object.keys(schema.shape).filter(isRequired) as never[],
      });
    }
    case "optional":
    case "default":
    case "prefault":
      return valuesBy(def.innerType);
    case "union":
      return fc.oneof(...def.options.map(valuesBy));
    case "array":
      return sound(fc.array(valuesBy(def.element), { minLength: 1, maxLength: 2 }));
    case "record":
      return fc.dictionary(valuesBy(def.keyType) as fc.Arbitrary<string>, valuesBy(def.valueType), {
        maxKeys: 2,
      });
    case "enum":
      return fc.constantFrom(...Object.values(def.entries));
    case "literal":
      return fc.constantFrom(...def.values);
    case "boolean":
      return fc.boolean();
    case "number": {
      const { type: kind, minimum = 1, maximum = minimum + 7 } = (schema.meta() ?? {}) as Whole;
      if (kind === "integer") return sound(fc.integer({ min: minimum, max: maximum }));
      const [min, max] = [Math.max(schema.minValue, 0.1), Math.min(schema.maxValue, 1000)];
      return fc.double({ min, max, noNaN: true });
    }
    case "string":
      return sound(textsOf(schema));
    default:
      throw new Error(`no values of ${def.type} are known`);
  }
}

function textsOf({ def }: Schema): fc.Arbitrary<string> {
  if (def.format === "cidrv4") return fc.constant("10.0.0.0/8");
  const checks = (def.checks ?? []).map(({ _zod }) => _zod.def);
  if (checks.some(({ format }) => format === "starts_with")) return fc.constant("/data/models");
  const pattern = checks.find((check) => check.pattern)?.pattern;
  return pattern
    ? fc.stringMatching(pattern).filter(({ length }) => length <= 16)
    : fc.string({ minLength: 1, maxLength: 16 });
}
