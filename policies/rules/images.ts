import { z } from "zod";
import { at, list, nameOf, text } from "../../gpus/manifest";
import { operatorOfRelease } from "../../gpus/platformRelease";
import { podContainersOf, podsOf } from "../containers";
import { imageOf } from "../image";
import { objectRule } from "../rule";

/** Tags that move: what has no digit is the name of a line of versions, such as stable or alpine. */
const moving = /^latest|^\D*$/;

export const images = objectRule({
  name: "images",
  description: "Images are pinned to a version, and come from registries that the stack is allowed.",
  severity: "high",
  remedy:
    "Name a version or a digest, of an allowed registry, or have the registry added in policies/config/.",
  settings: z.strictObject({
    registries: z
      .array(
        z
          .string()
          .regex(
            /^[a-zA-Z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
            'must be a registry, with or without a path, such as "registry.example.com/ai"',
          ),
      )
      .default([
        "nvcr.io/nvidia/ai-dynamo",
        "docker.io/library",
        "docker.io/natsio",
        "gcr.io/etcd-development",
      ])
      .describe("Registries, with or without a path, that images may come from."),
    digests: z.boolean().default(false).describe("Whether images must be pinned by digest."),
  }),
  check({ manifest }, { registries, digests }, report) {
    const operator = operatorOfRelease(manifest);
    const run = [
      ...podContainersOf(manifest).map(({ name, container }) => ({
        name,
        written: text(at(container, "image")),
      })),
      ...(operator === undefined ? [] : [{ name: "the operator", written: operator }]),
    ].map((one) => ({ ...one, does: "runs" }));
    const mounted = podsOf(manifest).flatMap(({ component, pod }) =>
      list(at(pod, "volumes")).map((volume) => ({
        name: component,
        written: text(at(volume, "image", "reference")),
        does: "mounts",
      })),
    );
    for (const { name, written, does } of [...run, ...mounted]) {
      if (written === "") continue; // the operator's own, or not known yet
      const { repository, tag = "", digest } = imageOf(written);
      const fail = (message: string) => report(`${nameOf(manifest)}: ${name} ${does} ${written}, ${message}`);
      if (!registries.some((allowed) => `${repository}/`.startsWith(`${allowed}/`)))
        fail(`and images may only come from ${registries.join(", ")}`);
      if (digest !== undefined) continue;
      if (moving.test(tag)) fail("which names no version");
      else if (digests) fail("and images must be pinned by digest here");
    }
  },
});
