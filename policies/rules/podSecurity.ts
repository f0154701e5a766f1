import { z } from "zod";
import { workloadsOf } from "../../plan/gpus/workloads";
import { at, list, nameOf, text } from "../../plan/manifest";
import { containersOf } from "../containers";
import { objectRule } from "../rule";

export const podSecurity = objectRule({
  name: "pod-security",
  description:
    "No pod is privileged, shares its node's namespaces, or mounts directories of it that the stack is not allowed.",
  severity: "critical",
  remedy:
    "Use a claim (modelCache.pvc) in place of hostPath, and add no capability but IPC_LOCK, which RDMA needs.",
  settings: z.strictObject({
    hostPaths: z
      .array(z.string())
      .default([])
      .describe("Directories of nodes that may be mounted, with all below."),
    capabilities: z.array(z.string()).default(["IPC_LOCK"]).describe("Capabilities that may be added."),
  }),
  check({ manifest }, { hostPaths, capabilities }, report) {
    const where = nameOf(manifest);
    for (const { component, pod } of workloadsOf(manifest).workloads) {
      for (const shared of ["hostNetwork", "hostPID", "hostIPC"])
        if (at(pod, shared) === true) report(`${where}: ${component} sets ${shared}`);
      for (const volume of list(at(pod, "volumes"))) {
        const path = text(at(volume, "hostPath", "path"));
        const allowed = hostPaths.some((dir) => path === dir || path.startsWith(`${dir}/`));
        if (path !== "" && (!allowed || path.split("/").includes("..")))
          report(`${where}: ${component} mounts ${path} of its node`);
      }
    }
    for (const { name, container } of containersOf(manifest)) {
      const context = at(container, "securityContext");
      for (const gain of ["privileged", "allowPrivilegeEscalation"])
        if (at(context, gain) === true) report(`${where}: ${name} sets ${gain}`);
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
