/**
 * The table from a graph's fields to settings: a field that differs becomes the setting of its row. A new setting is a row
 * here, no more. What the schema or a rule refuses of it stays a difference.
 */

import { isGpu, isGpuClass } from "../../config/accelerators";
import { at, record, text } from "../../gpus/manifest";
import { cpuText, sizeText } from "./amounts";
import type { Component } from "./component";
import { noSharedMemory } from "./containerFields";
import type { Difference } from "./differences";
import { argsOf } from "./flags";
import { writtenName } from "./plannerFields";
import type { Settings } from "./settings";
import { snapshotSetting } from "./snapshots";
import { volumeName, volumeOf } from "./volumes";

interface Row {
  readonly field: RegExp;
  /** Whether it is of a field that the stack adds, for what is not wanted. */
  readonly isAdded?: true;
  /** Puts the field into the settings of its component. @param name the part of the field's name that is in parentheses */
  put(settings: Settings, name: string, wanted: unknown, component: Component, field: string): void;
}

const part = (settings: Settings, key: string) => {
  settings[key] ??= {};
  return settings[key] as Settings;
};

const push = (settings: Settings, key: string, ...items: unknown[]) => {
  settings[key] = [...((settings[key] as unknown[] | undefined) ?? []), ...items];
};

/** Rows of fields that are settings as they are, under a name of their own. */
function renamed(owner: string, names: Readonly<Record<string, string>>): Row[] {
  return Object.entries(names).map(([field, setting]) => ({
    field: new RegExp(`^${owner}\\.${field}$`),
    put: (settings, _, value) => {
      const [key = "", inner] = setting.split(".");
      if (inner === undefined) settings[key] = value;
      else part(settings, key)[inner] = value;
    },
  }));
}

const rows: readonly Row[] = [
  // The Service and the probes ask frontends at the port of all graphs.
  { field: /^flag --http-(port|host)$/, put: () => {} },
  {
    field: /^flag (.+)$/,
    put: (settings, flag, _, { executed }) => push(settings, "args", ...argsOf(flag, executed.args)),
  },
  {
    field: /^flag --(page-size)$/,
    isAdded: true,
    put: (settings, name) => {
      part(settings, "engineConfig")[name] = null;
    },
  },
  {
    field: /^planner (.+)$/,
    put: (settings, name, value, { executed }) => {
      part(settings, "settings")[writtenName(name, executed.args)] = value;
    },
  },
  {
    field: /^(before)$/,
    put: (settings, _, before, { executed: { gap } }) => {
      // What is on the engine's own line is a part of its command, as a wrapper.
      if (gap === "\n" || /(&&|\|\|)$/.test(String(before))) settings.setup = before;
    },
  },
  {
    field: /^env (.+)$/,
    put: (settings, name, value) =>
      push(settings, "env", { name, ...(typeof value === "string" ? { value } : { valueFrom: value }) }),
  },
  {
    field: /^(limit|request) cpu$/,
    put: (settings, kind, cpus, { fields }) => {
      if (kind === "request" && fields.get("limit cpu") === cpus) return; // as Kubernetes has it by itself
      part(part(settings, "resources"), `${kind}s`).cpu = cpuText(Number(cpus));
    },
  },
  {
    field: /^(limit|request) memory$/,
    put: (settings, kind, bytes, { fields }) => {
      if (kind === "request" && fields.get("limit memory") === bytes) return;
      part(part(settings, "resources"), `${kind}s`).memory = sizeText(Number(bytes));
    },
  },
  {
    field: /^(sharedMemory)$/,
    put: (settings, _, bytes) => {
      if (bytes !== noSharedMemory) settings.sharedMemory = sizeText(Number(bytes));
    },
  },
  {
    field: /^node (.+)$/,
    put: (settings, key, value) => {
      const placement = part(settings, "placement");
      if (key === "nvidia.com/gpu.product") placement.gpuProduct = value;
      else part(placement, "nodeSelector")[key] = value;
    },
  },
  {
    field: /^toleration (.+)$/,
    put: (settings, toleration) => push(part(settings, "placement"), "tolerations", JSON.parse(toleration)),
  },
  {
    field: /^(limit|request) ephemeral-storage$/,
    put: (settings, kind, bytes) => {
      part(part(settings, "resources"), `${kind}s`).ephemeralStorage = sizeText(Number(bytes));
    },
  },
  {
    field: /^mount (.+)$/,
    put: (settings, path, mount, { container }) =>
      push(settings, "volumes", volumeOf(path, { ...record(mount), name: volumeName(path, container) })),
  },
  {
    field: /^claim (.+)$/,
    put: (settings, claim) => {
      const { computeDomain, ...others } = record(JSON.parse(claim));
      if (computeDomain) settings.computeDomain = true;
      else if (others.deviceClass === undefined || !isGpuClass(text(others.deviceClass)))
        push(settings, "resourceClaims", { name: claimName(others), ...others });
    },
  },
  {
    field: /^experimental\.(.+)$/,
    put: (settings, name, field) => {
      const setting = snapshotSetting(name, field);
      if (setting) settings[name] = setting;
    },
  },
  {
    field: /^limit (.+\/.+)$/,
    put: (settings, resource, devices) => {
      if (!isGpu(resource)) part(settings, "devices")[resource] = devices;
    },
  },
  {
    field: /^envFrom (.+)$/,
    put: (settings, source) => {
      const { secretRef, configMapRef, ...others } = record(JSON.parse(source));
      push(settings, "envFrom", {
        secret: at(secretRef, "name"),
        configMap: at(configMapRef, "name"),
        ...others,
      });
    },
  },
  {
    field: /^(annotation|label) .+$/,
    put: (settings, kind, value, _, key) => {
      part(settings, `${kind}s`)[key.slice(kind.length + 1)] = value;
    },
  },
  ...renamed("container", {
    image: "image",
    imagePullPolicy: "imagePullPolicy",
    workingDir: "workingDir",
    startupProbe: "startupProbe",
    readinessProbe: "readinessProbe",
    livenessProbe: "livenessProbe",
    securityContext: "securityContext",
  }),
  ...renamed("pod", {
    securityContext: "podSecurityContext",
    hostIPC: "hostIPC",
    hostNetwork: "hostNetwork",
    terminationGracePeriodSeconds: "terminationGracePeriodSeconds",
    priorityClassName: "placement.priorityClass",
    affinity: "placement.affinity",
    runtimeClassName: "placement.runtimeClass",
    schedulerName: "placement.scheduler",
  }),
];

/** Name of a claim in the pod, which is of no matter outside of it. */
const claimName = ({ template, claim, deviceClass }: Settings) =>
  String(template ?? claim ?? deviceClass).replaceAll(".", "-");

/** Puts differences into the settings of their components, as far as there are rows. */
export function settle(graph: Settings, found: readonly Difference[]): void {
  for (const difference of found) {
    if (difference.place === "graph") continue;
    for (const { field, put, isAdded = false } of rows) {
      if (isAdded !== (difference.wanted === undefined)) continue;
      const [isOf, name = ""] = field.exec(difference.field) ?? [];
      if (isOf === undefined) continue;
      put(part(graph, difference.place), name, difference.wanted, difference.of, difference.field);
      break;
    }
  }
}
