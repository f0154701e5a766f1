/** The questions of `npm run init`, for a terminal. */
import { stackConfig } from "../../config/schema";
import { UserError } from "../cli/userError";
import type { Answers } from "./stackFile";

/** Loaded when somebody is there to answer. */
const clack = (): typeof import("@clack/prompts") => require("@clack/prompts");

export const modes = ["kubernetes", "nats-etcd"] as const;

/** For what neither an option nor an answer says. */
export const defaults = {
  mode: modes[0],
  runtime: stackConfig.parse({}).runtime.version,
  workers: 1,
  gpus: 1,
} as const;

const required = (value = "") => (value.trim() ? undefined : "Write one.");
const whole = (value = "") => (/^[1-9]\d{0,3}$/.test(value) ? undefined : "Write a whole number from 1.");

/**
 * The five questions, but for those that options answer.
 * @throws UserError where the user ends them.
 */
export async function ask({ model, mode, runtime, workers, gpus }: Partial<Answers>): Promise<Answers> {
  return {
    model: model ?? (await line("Which model, as Hugging Face names it?", required)),
    mode: mode ?? (await chosenMode()),
    runtime: runtime ?? (await line("Which version of the Dynamo runtime?", required, defaults.runtime)),
    workers:
      workers ?? Number(await line("How many workers? Each holds the whole model.", whole, defaults.workers)),
    gpus: gpus ?? Number(await line("How many GPUs for each worker?", whole, defaults.gpus)),
  };
}

type Check = (value?: string) => string | undefined;

const line = (message: string, validate: Check, initial: string | number = "") =>
  answered(clack().text({ message, validate, initialValue: String(initial) }));

const chosenMode = () =>
  answered(
    clack().select({
      message: "How do frontends and workers find each other?",
      options: [
        { value: modes[0], hint: "by the API server: nothing else to run, for 2 to 50 nodes" },
        { value: modes[1], hint: "NATS and etcd in the stack, for 100 nodes and more" },
      ],
    }),
  );

async function answered<T>(answer: Promise<T>): Promise<Exclude<T, symbol>> {
  const value = await answer;
  if (clack().isCancel(value)) throw new UserError("nothing was written");
  return value as Exclude<T, symbol>;
}
