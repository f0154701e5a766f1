/** The released runtime that takes the place of a stack's images, with the mocker as engine. */
import { serversOf } from "../../config/discovery";
import type { StackConfig } from "../../config/schema";
import { findPython, type RuntimeVersion, runtimeVersions } from "../runtime/install";

/** Its mocker publishes KV events over NATS, and has no flag against it. */
const needsNats: RuntimeVersion = "0.8.1";

type Served = Pick<StackConfig, "runtime" | "discovery">;

/** @throws Error that names what to change where none can */
export function servableVersion(settings: Served): RuntimeVersion {
  const found = servable(settings);
  if (typeof found === "string") return found;
  throw new Error(`--serve ${found.why}: ${found.remedy}`);
}

/** Why pods of a stack can't come to life on this machine; undefined where they can. */
export async function whyNotServed(settings: Served): Promise<string | undefined> {
  const found = servable(settings);
  if (typeof found !== "string") return `a rehearsal ${found.why}`;
  if (process.platform !== "linux") return "pods come to life on Linux alone";
  return findPython().then(
    () => undefined,
    (error: Error) => error.message,
  );
}

function servable({ runtime, discovery }: Served): RuntimeVersion | { why: string; remedy: string } {
  const version = runtimeVersions.find((known) => known === runtime.version);
  if (!version)
    return {
      why: `runs the Dynamo runtimes ${runtimeVersions.join(" and ")}, and dynamo:runtime.version is ${runtime.version}`,
      remedy: "set it to one of these, or run the engine itself (--engine)",
    };
  if (version === needsNats && serversOf(discovery) === undefined)
    return {
      why: `can't run the workers of Dynamo ${version} in kubernetes mode, since their stand-in, the mocker of that release, needs NATS`,
      remedy: "set dynamo:runtime.version to 1.6.1, or dynamo:discovery.mode to nats-etcd",
    };
  return version;
}
