/** A script of completions for bash, which zsh runs too, by its bashcompinit. */
import type { Command, Option } from "commander";

/** Completes what follows `npm run`, in a folder with a Pulumi.yaml. All else is completed as it was before. */
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

# What completed npm before, which some shells load only when it is asked for.
_pulumi_dynamo_before="\${_pulumi_dynamo_before:-_npm_completion}"
if [ -n "$BASH_VERSION" ]; then
  complete -p npm >/dev/null 2>&1 || _completion_loader npm >/dev/null 2>&1
  case "$(complete -p npm 2>/dev/null)" in
    *" _pulumi_dynamo "*) ;; # from here, and loaded again
    *" -F "*) _pulumi_dynamo_before="$(complete -p npm | sed 's/.* -F \\([^ ]*\\) .*/\\1/')" ;;
  esac
fi
_pulumi_dynamo_else() {
  if type "$_pulumi_dynamo_before" >/dev/null 2>&1; then "$_pulumi_dynamo_before" "$@"; fi
}

_pulumi_dynamo() {
  local words=("\${COMP_WORDS[@]}") at=$COMP_CWORD flags="" choices="" file
  local word="\${words[$at]}" run=1 name dashes
  COMPREPLY=()
  # npm takes options before each of its words: npm run --silent preview -- …
  while [ "$run" -lt "$at" ] && [[ "\${words[$run]}" == -* ]]; do run=$((run + 1)); done
  name=$((run + 1))
  while [ "$name" -lt "$at" ] && [[ "\${words[$name]}" == -* ]]; do name=$((name + 1)); done
  dashes=$((name + 1))
  while [ "$dashes" -lt "$at" ] && [ "\${words[$dashes]}" != -- ]; do dashes=$((dashes + 1)); done
  if [ "\${words[$run]}" != run ] || [ "$at" -lt "$name" ] || [ ! -f Pulumi.yaml ]; then
    _pulumi_dynamo_else "$@"
    return
  fi
  if [ "$at" -eq "$name" ]; then
    COMPREPLY=($(compgen -W "${[...commands.keys()].join(" ")}" -- "$word"))
    if [ "\${#COMPREPLY[@]}" -eq 0 ]; then _pulumi_dynamo_else "$@"; fi
    return
  fi
  name="\${words[$name]}"
  case "$name" in
${flags.join("\n")}
    *) _pulumi_dynamo_else "$@"; return ;;
  esac
  compopt +o bashdefault +o default 2>/dev/null
  if [ "$at" -le "$dashes" ]; then flags="--"; else case "$name \${words[$at-1]}" in
    *" -s" | *" --stack") for file in Pulumi.*.yaml; do file="\${file#Pulumi.}"; choices="$choices \${file%.yaml}"; done ;;
${values.join("\n")}
  esac; fi
  COMPREPLY=($(compgen -W "\${choices:-$flags}" -- "$word"))
}
complete -o bashdefault -o default -F _pulumi_dynamo npm`;
}

/** Completion of an option's value; undefined where there is none, or it is a stack. */
function completionOf({ flags, required, argChoices, long }: Option): string | undefined {
  if (argChoices) return `choices="${argChoices.join(" ")}"`;
  if (!required || long === "--stack") return undefined;
  const kind = flags.endsWith("<dir>") ? "-d" : "-f";
  return /<(dir|file)>$/.test(flags) ? `COMPREPLY=($(compgen ${kind} -- "$word")); return` : "return";
}
