/** Env by which an engine or a frontend takes a flag: `backend_args.py` and `frontend_args.py` of ai-dynamo. */
import { own } from "../../config/own";
import type { Executed } from "./executed";

/** Env of every module. */
const ofAll: Readonly<Record<string, string>> = {
  DYN_ROUTER_MODE: "--router-mode",
  DYN_REQUEST_PLANE: "--request-plane",
};

const ofFrontends: Readonly<Record<string, string>> = {
  DYN_HTTP_PORT: "--http-port",
  DYN_HTTP_HOST: "--http-host",
};

/** Of engines' own env those that decide what a graph is; others stay env. */
const ofEngine =
  /^DYN_(VLLM|TRTLLM)_(MODEL|SERVED_MODEL_NAME|REVISION|DISAGGREGATION_MODE|(?:TENSOR|PIPELINE|EXPERT)_PARALLEL_SIZE)$/;

/** The flag that a module takes from a variable; undefined where it is none. */
function flagOf(name: string, module: string): string | undefined {
  const [, engine = "", flag = ""] = ofEngine.exec(name) ?? [];
  if (engine !== "") {
    const isOwn = module === `dynamo.${engine.toLowerCase()}`;
    return isOwn ? `--${flag.toLowerCase().replaceAll("_", "-")}` : undefined;
  }
  return own(ofAll, name) ?? (module === "dynamo.frontend" ? own(ofFrontends, name) : undefined);
}

/** Whether a variable may say the same as a flag. */
export const isFlagByEnv = (name: string) =>
  own({ ...ofAll, ...ofFrontends }, name) !== undefined || ofEngine.test(name);

/** What is executed, with flags in place of the env that says them. Those of the command line count more. */
export function withFlags(
  executed: Executed,
  env: ReadonlyMap<string, unknown>,
): { readonly executed: Executed; readonly env: ReadonlyMap<string, unknown> } {
  const { module } = executed;
  if (module === undefined) return { executed, env };
  const said = [...env].flatMap(([name, value]) => {
    const flag = flagOf(name, module);
    return flag !== undefined && typeof value === "string" && value !== "" ? [{ name, flag, value }] : [];
  });
  return {
    executed: { ...executed, args: [...said.flatMap(({ flag, value }) => [flag, value]), ...executed.args] },
    env: new Map([...env].filter(([name]) => !said.some((one) => one.name === name))),
  };
}
