/** Runtimes for tests: of a version alone, or of a stack that is moved to another one. */
import type { DiscoveryMode } from "../../config/names";
import type { RequestPlane } from "../../config/runtime/release";
import { type Runtime, runtimeOf } from "../../config/runtime/runtime";
import type { StackConfig } from "../../config/schema";

/** @throws Error for a version that is not known */
export function runtime(version: string, mode: DiscoveryMode, requestPlane?: RequestPlane): Runtime {
  return known(
    runtimeOf({ runtime: { version, registry: "r" }, discovery: { mode, requestPlane }, platform: {} }),
  );
}

/** A stack with another version of the runtime. */
export function onRuntime(config: StackConfig, version: string): StackConfig {
  return { ...config, runtime: known(runtimeOf({ ...config, runtime: { version, registry: "r" } })) };
}

function known(runtime: Runtime | undefined): Runtime {
  if (runtime === undefined) throw new Error("the version is not known");
  return runtime;
}
