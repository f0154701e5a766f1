/** The released runtime that takes the place of a stack's images, with the mocker as engine. */
import { serversOf } from "../../config/discovery";
import type { StackConfig } from "../../config/schema";
import { type RuntimeVersion, runtimeVersions } from "../runtime/install";

/** Its mocker publishes KV events over NATS, and has no flag against it. */
const needsNats: RuntimeVersion = "0.8.1";

/** @throws Error that names what to change where none can */
export function servableVersion({
  runtime,
  discovery,
}: Pick<StackConfig, "runtime" | "discovery">): RuntimeVersion {
  const version = runtimeVersions.find((known) => known === runtime.version);
  if (!version)
    throw new Error(
      `--serve runs the Dynamo runtimes ${runtimeVersions.join(" and ")}, and dynamo:runtime.version is ${runtime.version}: set it to one of these, or run the engine itself (--engine)`,
    );
  if (version === needsNats && serversOf(discovery) === undefined)
    throw new Error(
      `--serve can't run the workers of Dynamo ${version} in kubernetes mode, since their stand-in, the mocker of that release, needs NATS: set dynamo:runtime.version to 1.6.1, or dynamo:discovery.mode to nats-etcd`,
    );
  return version;
}
