/** A script of completions for bash, which zsh runs too, by its bashcompinit. */
import type { Command, Option } from "commander";

/** Completes what follows `npm run`, in a folder with a Pulumi.yaml. Elsewhere npm's own completion goes on. */
export function completionScript(commands: ReadonlyMap<string, Command>): string {
  const flags = [...commands].map(
    ([name, { options }]) => `    ${name}) flags="${options.map(({ long }) => long).join(" ")} --help" ;;`,
  );
  const values = [...commands].flatMap(([name, { options }]) =>
    options.flatMap((option) => {
      const completed = completionOf(option);
      return completed ? [`    "${name} ${option.long}") ${completed} ;;`] : [];
    }),
  );
  return `# source <(npm run --silent completion)
if [ -n "$ZSH_VERSION" ]; then autoload -Uz compinit bashcompinit && compinit && bashcompinit; fi

_pulumi_dynamo() {
  local words=("\${COMP_WORDS[@]}") at=$COMP_CWORD flags="" choices="" file
  local word="\${words[$at]}" name="\${words[2]}"
  COMPREPLY=()
  if [ "\${words[1]}" != run ] || [ ! -f Pulumi.yaml ]; then
    if type _npm_completion >/dev/null 2>&1; then _npm_completion; fi
    return
  fi
  case "$at:$name" in
    2:*) flags="${[...commands.keys()].join(" ")}" ;;
    3:*) flags="--" ;;
  esac
  [ "$at" -gt 3 ] && case "$name" in
${flags.join("\n")}
  esac
  [ "$at" -gt 3 ] && case "$name \${words[$at-1]}" in
    *" -s" | *" --stack") for file in Pulumi.*.yaml; do file="\${file#Pulumi.}"; choices="$choices \${file%.yaml}"; done ;;
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "\${choices:-$flags}" -- "$word"))
}
complete -F _pulumi_dynamo npm`;
}

/** Completion of an option's value; undefined where there is none, or it is a stack. */
function completionOf({ flags, required, argChoices, long }: Option): string | undefined {
  if (argChoices) return `choices="${argChoices.join(" ")}"`;
  if (!required || long === "--stack") return undefined;
  const kind = flags.endsWith("<dir>") ? "-d" : "-f";
  return /<(dir|file)>$/.test(flags) ? `COMPREPLY=($(compgen ${kind} -- "$word")); return` : "return";
}
