/** What is wrong with a command line: commander's words for it, made one sentence that says what to write. */
import type { Command } from "commander";

/** Arguments of the commands that can't be without one. */
const examples: Readonly<Record<string, string>> = {
  "npm run import --": "graph.yaml",
  "npm run init --": "chat",
  "npm run size --": "config.json",
};

/**
 * @param text of commander: `error: …`
 * @param command that was called
 */
export function commandLineMistake(text: string, command: Command): string {
  const message = text.trimEnd().replace(/^error: /, "");
  const [, flags, value = "", reason = ""] =
    /^option '([^']+)' argument '(.*)' is invalid\. (.*)$/s.exec(message) ?? [];
  if (flags !== undefined) return refused(/--[\w-]+/.exec(flags)?.[0] ?? flags, value, reason);
  const [, ofArgument = "", argument, why = ""] =
    /^command-argument value '(.*)' is invalid for argument '([^']+)'\. (.*)$/s.exec(message) ?? [];
  if (argument !== undefined) return refused(`<${argument}>`, ofArgument, why);
  const [, missing] = /^missing required argument '([^']+)'$/.exec(message) ?? [];
  if (missing !== undefined) return missingArgument(missing, command);
  return /^too many arguments\b/.test(message) ? tooMany(command) : message;
}

function refused(subject: string, value: string, reason: string): string {
  const written = JSON.stringify(value);
  const remedy = reason
    .replace(/\.$/, "")
    .replace(
      /^Allowed choices are (.*)$/,
      (_, choices) => `write ${choices.replace(/, ([^,]+)$/, " or $1")}`,
    );
  return remedy.startsWith(written) ? `${subject} ${remedy}` : `${subject} can't be ${written}: ${remedy}`;
}

function missingArgument(name: string, command: Command): string {
  const { description = "" } = command.registeredArguments.find((one) => one.name() === name) ?? {};
  const usage = command.createHelp().commandUsage(command);
  return `<${name}> is missing: ${description}\nusage: ${usage}, such as ${command.name()} ${examples[command.name()]}`;
}

function tooMany(command: Command): string {
  const extra = command.args.slice(command.registeredArguments.length);
  const found = extra.map((one) => JSON.stringify(one)).join(" and ");
  const takesStack = command.options.some(({ long }) => long === "--stack");
  const isStack = takesStack && command.getOptionValueSource("stack") !== "cli" && extra.length === 1;
  const remedy = isStack ? `write --stack ${extra[0]}` : `remove ${extra.length === 1 ? "it" : "them"}`;
  return `too many arguments, ${found}: ${remedy}`;
}
