import { z } from "zod";
import { at, list, nameOf, record, text } from "../../gpus/manifest";
import { podContainersOf, podsOf } from "../containers";
import { hostMountsOf } from "../hostMounts";
import { allowedObjects, objectRule } from "../rule";

/** Default directory of nodes' disks that are local volumes. */
const localDisks = "/mnt/disks";

export const podSecurity = objectRule({
  name: "pod-security",
  description:
    "No pod is privileged, shares its node's namespaces, or mounts directories of it that the stack is not allowed.",
  severity: "critical",
  remedy:
    "Use a claim (modelCache.pvc) in place of hostPath, and add no capability but IPC_LOCK, which RDMA needs.",
  settings: z.strictObject({
    hostPaths: z
      .array(
        z
          .string()
          .regex(/^(\/[^/]+)+$/, 'must be a directory without a slash at its end, such as "/data/models"'),
      )
      .default([])
      .describe(
        "Directories of nodes that may be mounted, with all below. Local volumes may be below /mnt/disks too.",
      ),
    capabilities: z
      .array(
        z
          .string()
          .refine(
            (name) => /^[A-Z_]+$/.test(name) && !name.startsWith("CAP_"),
            'must be a capability as pods name it, such as "IPC_LOCK"',
          ),
      )
      .default(["IPC_LOCK"])
      .describe("Capabilities that may be added."),
    allowed: allowedObjects("Objects that may do all of this, such as DaemonSet monitoring/dcgm-exporter."),
  }),
  check({ manifest }, { hostPaths, capabilities, allowed }, report) {
    if (allowed.includes(nameOf(manifest))) return;
    const where = nameOf(manifest);
    for (const { component, pod } of podsOf(manifest)) {
      for (const shared of ["hostNetwork", "hostPID", "hostIPC"])
        if (at(pod, shared) === true) report(`${where}: ${component} sets ${shared}`);
      if (isHostProcess(at(pod, "securityContext"))) report(`${where}: ${component} sets hostProcess`);
      if (list(at(pod, "volumes")).some((volume) => "driver" in record(at(volume, "flexVolume"))))
        report(`${where}: ${component} has a flexVolume, whose driver runs on its node`);
    }
    for (const { place, directory, isLocal } of hostMountsOf(manifest)) {
      const allowed = isLocal ? [...hostPaths, localDisks] : hostPaths;
      const isBelow = allowed.some((one) => directory === one || directory.startsWith(`${one}/`));
      if (!isBelow || directory.split("/").includes(".."))
        report(`${where}: ${place} mounts ${directory} of its node`);
    }
    for (const { name, container } of podContainersOf(manifest)) {
      const context = at(container, "securityContext");
      for (const gain of ["privileged", "allowPrivilegeEscalation"])
        if (at(context, gain) === true) report(`${where}: ${name} sets ${gain}`);
      if (isHostProcess(context)) report(`${where}: ${name} sets hostProcess`);
      if (at(context, "procMount") === "Unmasked") report(`${where}: ${name} sets procMount to Unmasked`);
      for (const capability of list(at(context, "capabilities", "add")).map(text))
        if (capability !== "" && !capabilities.includes(capability))
          report(`${where}: ${name} adds the capability ${capability}`);
      for (const port of list(at(container, "ports"))) {
        const hostPort = at(port, "hostPort");
        if (typeof hostPort === "number" && hostPort > 0)
          report(`${where}: ${name} opens port ${hostPort} of its node`);
      }
    }
  },
});

/** Whether a container of Windows is a process of its node. */
const isHostProcess = (securityContext: unknown) =>
  at(securityContext, "windowsOptions", "hostProcess") === true;
