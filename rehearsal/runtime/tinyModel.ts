/** A model without weights, which is all that the mocker and a frontend need: they only tokenize. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The smallest that a runtime takes for a model. */
const smallest = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  num_key_value_heads: 1,
  max_position_embeddings: 2048,
};
const specialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

/**
 * Writes what a model's folder on a hub holds but for its weights, about 40 kB.
 * @param config its config.json, but for what goes with the tokenizer. @default that of a model of no size
 */
export async function writeTinyModel(
  directory: string,
  config: Readonly<Record<string, unknown>> = smallest,
): Promise<void> {
  const vocabulary = tokens();
  const ends = {
    bos_token_id: vocabulary.indexOf("<|endoftext|>"),
    eos_token_id: vocabulary.indexOf("<|im_end|>"),
  };
  const files = {
    "config.json": { ...config, ...ends, vocab_size: vocabulary.length },
    "generation_config.json": ends,
    "tokenizer.json": tokenizer(vocabulary),
    "tokenizer_config.json": {
      eos_token: "<|im_end|>",
      model_max_length: config.max_position_embeddings ?? smallest.max_position_embeddings,
      chat_template:
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n",
    },
  };
  await mkdir(directory, { recursive: true });
  for (const [file, content] of Object.entries(files))
    await writeFile(join(directory, file), JSON.stringify(content));
}

/**
 * Every byte is a token, so every text has tokens. The mocker answers with tokens 1000 to 1999 at random, so there are
 * words for these.
 */
function tokens(): string[] {
  const bytes = byteAlphabet();
  const known = [...specialTokens, ...bytes];
  const space = bytes[" ".charCodeAt(0)];
  const words = Array.from({ length: 2000 - known.length }, (_, i) => `${space}w${known.length + i}`);
  return [...known, ...words];
}

/** The character by which byte-level BPE writes each byte: itself where it can be seen, else one from U+0100 on. */
function byteAlphabet(): string[] {
  let unseen = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    return /[!-~¡-¬®-ÿ]/.test(character) ? character : String.fromCharCode(0x100 + unseen++);
  });
}

/** https://huggingface.co/docs/tokenizers/components: byte-level BPE that merges nothing. */
function tokenizer(vocabulary: readonly string[]) {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: [],
    },
  };
}
