/** The questions of `npm run init`, for a terminal. */
import { InvalidArgumentError } from "commander";
import { clack, type Terminal } from "../cli/prompts";
import { isMistake, UserError } from "../cli/userError";
import { type Answers, defaults, gpusOf, modeOf, modes, standIns, workersOf } from "./answers";
import { stackFile } from "./stackFile";

/** Why a text is no answer, in one line; undefined where it is one. */
type Judge = (text: string) => string | undefined;
type Question = (judge: Judge, terminal: Terminal) => Promise<string | symbol>;

/**
 * The five questions, but for those that options answer. Each answer is judged where it is given, with all before it.
 * @throws UserError where the user ends them, and what {@link stackFile} throws of the options
 */
export async function ask(
  name: string,
  options: Partial<Answers>,
  terminal: Terminal = {},
): Promise<Answers> {
  let given = options;
  const judge = (answers: Partial<Answers>) => stackFile("dynamo", name, { ...standIns, ...answers });
  async function put(question: Question, read: (text: string) => Partial<Answers>): Promise<void> {
    const withAnswer = (text: string) => ({ ...given, ...read(text) });
    const answer = await question((text) => reasonAgainst(() => judge(withAnswer(text))), terminal);
    if (typeof answer === "symbol") throw new UserError("nothing was written");
    given = withAnswer(answer);
  }
  judge(options);
  const { model, mode, runtime, workers, gpus } = options;
  if (model === undefined)
    await put(line("Which model, as Hugging Face names it?"), (text) => ({ model: text }));
  if (mode === undefined) await put(choiceOfMode, (text) => ({ mode: modeOf(text) }));
  if (runtime === undefined)
    await put(line("Which version of the Dynamo runtime?", defaults.runtime), (text) => ({ runtime: text }));
  if (workers === undefined)
    await put(line("How many workers? Each holds the whole model.", defaults.workers), (text) => ({
      workers: workersOf(text),
    }));
  if (gpus === undefined)
    await put(line("How many GPUs for each worker?", defaults.gpus), (text) => ({ gpus: gpusOf(text) }));
  return { ...standIns, ...given };
}

/** A line of text, in whose place Enter takes a default. */
function line(message: string, initial: string | number = ""): Question {
  const defaultValue = String(initial);
  const taken = (text = "") => text.trim() || defaultValue;
  return async (judge, terminal) => {
    const answer = await clack().text({
      ...terminal,
      message,
      placeholder: defaultValue,
      defaultValue,
      validate: (text) => judge(taken(text)),
    });
    return typeof answer === "symbol" ? answer : taken(answer);
  };
}

/** What is typed chooses among the modes that begin so. */
const choiceOfMode: Question = (judge, terminal) =>
  clack().autocomplete<string>({
    ...terminal,
    message: "How do frontends and workers find each other?",
    options: [
      { value: modes[0], hint: "by the API server: nothing else to run, for 2 to 50 nodes" },
      { value: modes[1], hint: "NATS and etcd in the stack, for 100 nodes and more" },
    ],
    filter: (typed, { value }) => value.startsWith(typed.trim().toLowerCase()),
    validate: (chosen) => judge(String(chosen ?? "")),
  });

/** Why something can't be done; undefined where it can. Of a config's mistakes it is the first, without the key that a question stands for. */
function reasonAgainst(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError) && !isMistake(error)) throw error;
    return /^✖ (.*) → at /m.exec(error.message)?.[1] ?? error.message;
  }
}
