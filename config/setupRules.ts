/** Rules on what runs before an engine: it must not start another, nor say what the plan says. */

import { isOperators } from "./envRules";
import type { Backend } from "./graph";
import type { Pool } from "./pools";
import type { ReportMistake } from "./report";
import { reservedIn, setIn, settingOfEnv, wordsOfScript } from "./reservedArgs";

/** Programs that would be an engine, or a part of Dynamo. */
const engines = /\bdynamo\.\w+|\bvllm serve\b|\bsglang\.launch_server\b|\btrtllm-serve\b/;

/** Checks a pool's `setup`. */
export function checkSetup({ key, setup, nodes }: Pool, backend: Backend, report: ReportMistake): void {
  if (setup === undefined) return;
  const refuse = (message: string) => report([key, "setup"], message);
  const own = setup.replace(/\bpython3? -m (?!dynamo)\S+/g, "");
  // One letter is other programs' own: ulimit -n, nvidia-smi topo -m.
  const reserved = wordsOfScript(own)
    .filter((word) => !/^-\w$/.test(word))
    .map((word) => reservedIn(word))
    .find(Boolean);
  const variable = setIn(setup).find((name) => settingOfEnv(name) !== undefined || isOperators(name));
  // Over several nodes the operator puts its flags behind the first Python that it finds.
  const [engine] = engines.exec(own) ?? (nodes > 1 ? /\bpython3?\b/.exec(setup) : null) ?? [];
  if (nodes > 1 && backend !== "sglang")
    refuse(
      "is of workers of one node: over several the operator writes the commands of vLLM and TensorRT-LLM itself; remove it",
    );
  else if (engine !== undefined)
    refuse(`names ${engine}, which the plan starts itself: write what goes before it alone`);
  else if (reserved)
    refuse(`has ${reserved.flag}, which decides ${reserved.what}: remove it, and write ${reserved.setting}`);
  else if (variable !== undefined)
    refuse(
      `sets ${variable}, which ${isOperators(variable) ? "the operator sets: remove it" : `decides what the plan says: remove it, and use ${settingOfEnv(variable)}`}`,
    );
  else if (isUnfinished(setup))
    refuse(
      "ends within quotes, a here-document or a line that goes on, and the engine would be a part of it: close it",
    );
  else if (/[|&]$/.test(setup.trim()) && !/(&&|\|\|)$/.test(setup.trim()))
    refuse("ends with a pipe or &, behind which the engine would run: end it with a line, && or ||");
}

/** A here-document, with all its lines. */
const hereDocuments = /(?<!<)<<-?\s*(["']?)([A-Za-z_]\w*)\1[^\n]*\n(?:[\s\S]*?\n)??[ \t]*\2$/gm;

/** What a shell reads as one: a comment, a character behind a backslash, a text in quotes. */
const units = /(?<=^|[\s;&|(])#.*|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|`[^`]*`/gm;

/** Whether what follows a script would be read as a part of its last word. */
const isUnfinished = (script: string): boolean =>
  /['"`\\]|(?<!<)<<-?\s*[A-Za-z_]/.test(script.replaceAll(hereDocuments, "").replaceAll(units, ""));
