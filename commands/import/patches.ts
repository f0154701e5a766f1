/** Changes of the manifest that a stack makes, by JSON Patch, for what has no setting. */
import type { PatchConfig } from "../../config/graph";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import type { Component } from "./component";
import { noSharedMemory } from "./containerFields";
import type { Difference } from "./differences";
import { type Pointers, pointersTo } from "./pointers";

/** Patches that belong together, and the fields that they mend. */
export interface Change {
  readonly differences: readonly Difference[];
  readonly patches: readonly PatchConfig[];
}

/** What a change is made from. */
interface Source {
  readonly pointers: Pointers;
  readonly wanted: Component;
  readonly made: Component;
  readonly differences: readonly Difference[];
}

/** Kinds of fields that are changed together, and how. */
const changes: readonly (readonly [fields: RegExp, patchesOf: (source: Source) => PatchConfig[]])[] = [
  [
    /^(program|script|login|pipe|tail|before|after|container\.workingDir)$/,
    ({ pointers, wanted, made }) => command(pointers, wanted, made),
  ],
  [/^(mount|volume) /, mounts],
  [
    /^env /,
    ({ pointers, made, wanted, differences }) => {
      const names = differences.filter((one) => one.wanted !== undefined).map(({ field }) => field.slice(4));
      const own = list(made.container.env).filter((one) => !names.includes(text(at(one, "name"))));
      const more = list(wanted.container.env).filter((one) => names.includes(text(at(one, "name"))));
      return more.length === 0 ? [] : [add(`${pointers.container}/env`, [...own, ...more])];
    },
  ],
  [/^envFrom /, ({ pointers, wanted }) => [add(`${pointers.container}/envFrom`, wanted.container.envFrom)]],
  [/^(limit|request) /, amounts],
  [
    /^sharedMemory$/,
    ({ pointers: { sharedMemory }, wanted }) => {
      const size = wanted.fields.get("sharedMemory");
      if (size === noSharedMemory) return [add(sharedMemory.path, sharedMemory.none)];
      return size === undefined ? [] : [add(sharedMemory.path, sharedMemory.value(String(size)))];
    },
  ],
  [/^node /, ({ pointers, wanted }) => [add(`${pointers.pod}/nodeSelector`, named(wanted, "node"))]],
  [
    /^toleration /,
    ({ pointers, wanted }) => [
      add(
        `${pointers.pod}/tolerations`,
        [...wanted.fields.keys()].filter(isOf("toleration")).map((key) => JSON.parse(key.slice(11))),
      ),
    ],
  ],
  [
    /^(annotation|label) /,
    ({ pointers, wanted }) => {
      const [annotations, labels] = ["annotation", "label"].map((kind) => named(wanted, kind));
      return [add(pointers.metadata, filled({ annotations, labels }))];
    },
  ],
  [
    /^sidecar /,
    ({ pointers, wanted, made }) => [
      add(`${pointers.pod}/containers`, [
        ...(pointers.pod.endsWith("extraPodSpec") ? [] : [made.container]),
        ...[...wanted.fields].filter(([key]) => isOf("sidecar")(key)).map(([, sidecar]) => sidecar),
      ]),
    ],
  ],
];

const isOf = (kind: string) => (key: string) => key.startsWith(`${kind} `);
const add = (path: string, value: unknown): PatchConfig => ({ op: "add", path, value: value ?? null });

/** Fields of a kind, by the rest of their names. */
function named({ fields }: Component, kind: string): Manifest {
  const found = [...fields].filter(([key]) => isOf(kind)(key));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(kind.length + 1), value]));
}

const filled = (parts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part !== undefined && Object.keys(record(part)).length > 0),
  );

/**
 * The changes that would mend the differences of a component.
 * @param made the component as the stack makes it @param manifest its graph
 */
export function changesOf(
  all: readonly Difference[],
  wanted: Component,
  made: Component,
  manifest: unknown,
): Change[] {
  const pointers = pointersTo(made.name, manifest);
  const grouped = changes.map(([fields, patchesOf]) => {
    const differences = all.filter(({ field }) => fields.test(field));
    return {
      differences,
      patches: differences.length > 0 ? patchesOf({ pointers, wanted, made, differences }) : [],
    };
  });
  const isGrouped = (one: Difference) => changes.some(([fields]) => fields.test(one.field));
  const single = all
    .filter((one) => !isGrouped(one))
    .flatMap((difference): Change[] => {
      const [, kind, field] = /^(container|pod|field)\.(.+)$/.exec(difference.field) ?? [];
      if (kind === undefined || difference.wanted === undefined) return [];
      // The API's versions have the same pods, and other components.
      if (kind === "field" && field !== "modelRef" && wanted.apiVersion !== made.apiVersion) return [];
      const owner = { container: pointers.container, pod: pointers.pod, field: pointers.component }[kind];
      return [{ differences: [difference], patches: [add(`${owner}/${field}`, difference.wanted)] }];
    });
  return [...grouped, ...single].filter(({ patches }) => patches.length > 0);
}

/** The script around the program's own command, or the command as a whole. */
function command({ container }: Pointers, wanted: Component, made: Component): PatchConfig[] {
  const { before, after, gap, script, module, tail = "" } = wanted.executed;
  const folder = wanted.fields.get("container.workingDir");
  const own = text(list(made.container.args)[0]);
  const isShell = list(made.container.command).includes("-c");
  const shell = list(wanted.container.command).filter((word) => typeof word === "string");
  if (script !== undefined || module !== made.executed.module || !isShell || wanted.type === "planner")
    return [
      add(`${container}/command`, shell),
      ...(list(wanted.container.args).length > 0 ? [add(`${container}/args`, wanted.container.args)] : []),
      ...(folder === undefined ? [] : [add(`${container}/workingDir`, folder)]),
    ];
  const isScriptSame =
    before === made.executed.before && after === made.executed.after && tail === (made.executed.tail ?? "");
  const isSame = isScriptSame && wanted.executed.isLogin === made.executed.isLogin;
  const isOfScript = shell.some((word) => text(word).endsWith("c"));
  const strict = wanted.executed.isStrict ? "set -o pipefail\n" : "";
  const value = `${strict}${made.executed.before === before ? "" : `${before}${gap}`}${own}${tail === "" ? "" : ` ${tail}`}${after === "" ? "" : ` ${after}`}`;
  return [
    ...(!isSame && isOfScript ? [add(`${container}/command`, shell.slice(0, 2))] : []),
    ...(isScriptSame ? [] : [{ op: "replace" as const, path: `${container}/args/0`, value }]),
    ...(folder === undefined ? [] : [add(`${container}/workingDir`, folder)]),
  ];
}

/** Mounts and their volumes, those of the program and those that are wanted. */
function mounts({ pointers, wanted, made, differences }: Source): PatchConfig[] {
  const missing = differences.filter((one) => one.wanted !== undefined).map(({ field }) => field);
  const paths = missing.filter(isOf("mount")).map((field) => field.slice(6));
  const idle = missing.filter(isOf("volume")).map((field) => field.slice(7));
  if (missing.length === 0) return [];
  const isMeant = (mount: unknown) => paths.includes(text(at(mount, "mountPath")).replace(/(?<=.)\/$/, ""));
  const own = list(made.container.volumeMounts).filter((mount) => !isMeant(mount));
  const more = list(wanted.container.volumeMounts).filter(isMeant);
  const volumes = new Map<string, unknown>();
  const nameFor = (component: Component, name: string) => {
    const volume = component.volumes.get(name);
    const taken = volumes.get(name);
    const free = taken === undefined || JSON.stringify(taken) === JSON.stringify(volume) ? name : `${name}-2`;
    volumes.set(free, volume);
    return free;
  };
  const renamed = (component: Component) => (mount: unknown) => ({
    ...record(mount),
    name: nameFor(component, text(at(mount, "name"))),
  });
  const all = [...own.map(renamed(made)), ...more.map(renamed(wanted))];
  for (const name of idle) nameFor(wanted, name);
  for (const [field] of made.fields) if (isOf("volume")(field)) nameFor(made, field.slice(7));
  return [
    add(
      `${pointers.pod}/volumes`,
      [...volumes].map(([name, volume]) => ({ name, ...record(volume) })),
    ),
    add(`${pointers.container}/volumeMounts`, all),
  ];
}

/** Resources of the container that differ: beside the component's own in v1alpha1, and together with them in v1beta1. */
function amounts({ pointers, made, differences }: Source): PatchConfig[] {
  const own = pointers.pod.endsWith("extraPodSpec") ? {} : record(made.container.resources);
  const [limits, requests] = ["limit", "request"].map((kind) => ({
    ...record(own[`${kind}s`]),
    ...Object.fromEntries(
      differences
        .filter(({ field, wanted }) => isOf(kind)(field) && wanted !== undefined)
        .map(({ field, wanted }) => [field.slice(kind.length + 1), String(wanted)]),
    ),
  }));
  return [add(`${pointers.container}/resources`, { ...own, ...filled({ limits, requests }) })];
}
