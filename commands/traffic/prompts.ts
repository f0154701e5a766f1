/** Prompts of a given length, some of whose tokens several of them share. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../cli/userError";
import type { FrontendClient } from "../frontend/client";
import { RequestFailure } from "../frontend/failure";

interface PromptOptions {
  /** Tokens of each prompt, with what the chat template adds. */
  readonly promptTokens: number;
  /** Tokens of these that the prompts of a group have in common at their start. */
  readonly sharedPrefix: number;
  /** Groups of prompts. In turns they would meet the workers in turns, and find their caches by chance alone. */
  readonly prefixes: number;
}

/** Tokens that a model's tokenizer makes of words. */
interface TokenCount {
  readonly perWord: number;
  /** Tokens that the chat template adds to each prompt. */
  readonly template: number;
}

/** Words of one length, each with the space before it one token of most vocabularies each, so that all prompts are as long. */
const words =
  "time year work life hand part case week word book home room fact side kind head line name team hour game city area idea body door face food form land love mind plan rate road rule sort step talk term town tree turn type view wall wind wish".split(
    " ",
  );

const oneOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;

const randomWords = (count: number) => Array.from({ length: count }, () => oneOf(words)).join(" ");

/** Tries of each question, and the pause before the next, in ms. */
const [tries, pause] = [4, 250];

/**
 * Finds out by requests of one token how many tokens a word has, as the frontend counts them. That an answer is empty is no
 * failure.
 * @throws UserError where the frontend does not say: a guess would send several times the tokens that are asked for, or a part
 */
export async function countTokens(
  client: FrontendClient,
  model: string,
  signal: AbortSignal,
): Promise<TokenCount> {
  const tokensOf = async (count: number): Promise<number> => {
    for (let tried = 1; ; tried++)
      try {
        const found = await client.countPrompt({
          model,
          prompt: randomWords(count),
          outputTokens: 1,
          signal,
        });
        if (found !== undefined) return found;
        throw refusal("its answers have no usage.prompt_tokens");
      } catch (error) {
        if (!(error instanceof RequestFailure)) throw error;
        if (tried === tries) throw refusal(error.message);
        await sleep(pause * tried, undefined, { signal });
      }
  };
  const [few, many] = [8, 72];
  const [less, more] = [await tokensOf(few), await tokensOf(many)];
  const perWord = (more - less) / (many - few);
  if (perWord > 0) return { perWord, template: Math.max(0, less - few * perWord) };
  throw refusal(`it counts ${less} tokens in ${few} words, and ${more} in ${many}`);
}

const refusal = (reason: string) =>
  new UserError(`the frontend does not say how many tokens a word has (${reason}): write --tokens-per-word`);

/** Makes prompts. They are others in each run, so that an earlier run's are in no KV cache. */
export function promptMaker(
  { promptTokens, sharedPrefix, prefixes }: PromptOptions,
  { perWord, template }: TokenCount,
): () => string {
  const length = Math.max(1, Math.round((promptTokens - template) / perWord));
  const shared = Math.min(length, Math.round(Math.max(0, sharedPrefix - template) / perWord));
  const starts = Array.from({ length: prefixes }, () => randomWords(shared));
  return () => `${oneOf(starts)} ${randomWords(length - shared)}`.trim();
}
