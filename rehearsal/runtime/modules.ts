/** Arguments and env by which the runtime's modules start on this machine. */
import type { Env } from "../../config/runtime/release";

/** Ports of the operator's pods. */
export const ports = { http: 8000, system: 9090 };

/** Arguments of `dynamo.frontend`. */
export function frontendArgs(address: string): string[] {
  return ["--http-host", address, "--http-port", `${ports.http}`];
}

/**
 * Arguments of `dynamo.mocker`.
 * @param model path from the working directory, which is its name too: the frontend looks for any other name on a hub
 */
export function mockerArgs(model: string): string[] {
  return ["--model-path", model, "--model-name", model];
}

/**
 * Env that is added to a pod's, or takes its place.
 * @param version that of the runtime
 */
export function localEnv(address: string, version: string): Env {
  return {
    DYN_SYSTEM_HOST: address,
    DYN_TCP_RPC_HOST: address,
    DYN_TCP_RESPONSE_STREAM_HOST: takesAddress(version) ? address : "lo",
    DYN_SDK_DISABLE_ANSI_LOGGING: "1",
    DYN_LOG: "info,tower_http=off", // else each question for health is an error, until it is healthy
    HF_HUB_OFFLINE: "1",
  };
}

/**
 * Whether workers take an address to send answers to, or the name of a network interface (1.4.2: "Interface not found"; 1.6.1
 * takes an address). 0.8 takes neither.
 */
function takesAddress(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 6);
}
