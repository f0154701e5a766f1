/** The command line of a real operator, that DYNAMO_OPERATOR has. */
import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { releaseLineIn } from "../../config/runtime/operator";
import type { Release, ReleaseLine } from "../../config/runtime/release";
import { releases } from "../../config/runtime/releases";
import { onPath } from "../onPath";

/** A kind that no stand-in for CRDs has, and every operator wants. */
const crdOfOperator = "dynamocomponentdeployments.nvidia.com";

/** A real operator, and the release that it is. */
export interface OperatorCommand {
  /** Absolute path of its binary. */
  readonly program: string;
  /** Arguments of the user's own. */
  readonly args: readonly string[];
  /** Version of the operator, as "1.4.2". */
  readonly version: string;
  /** Facts of its release. */
  readonly release: Release;
}

/**
 * The real operator that DYNAMO_OPERATOR names; undefined where it names none.
 * @param line the stack's release line
 * @param crds names of the CRDs that the rehearsal is given
 * @throws Error where it can't be run, or not with these CRDs
 */
export function operatorCommand(line: ReleaseLine, crds: readonly string[]): OperatorCommand | undefined {
  const { DYNAMO_OPERATOR: value } = process.env;
  if (!value) return undefined;
  const command = readOperatorCommand(value, line);
  if (!crds.includes(crdOfOperator))
    throw new Error(
      `DYNAMO_OPERATOR wants the CustomResourceDefinitions of its release, which --crds names the folder of: ${crdOfOperator} is not among them`,
    );
  return command;
}

/**
 * Reads a command line, words apart by blanks. Its `--operator-version`, which operators of 1.x take, says which release it is.
 * @param line the release line that it has otherwise, in its newest version
 * @throws Error where the program is not there, or of a release that is not known
 */
export function readOperatorCommand(command: string, line: ReleaseLine): OperatorCommand {
  const [name = "", ...args] = command.split(" ").filter(Boolean);
  const program = name.includes("/") ? resolve(name) : onPath(name);
  if (program === undefined || !isExecutable(program))
    throw new Error(`DYNAMO_OPERATOR names a program that is not there, or can't be run: ${name}`);
  const given = args.flatMap((arg) => /^--?operator-version=(.+)$/.exec(arg)?.[1] ?? []).at(-1);
  const release = releases.get(given === undefined ? line : (releaseLineIn(given) ?? given));
  if (release === undefined)
    throw new Error(`DYNAMO_OPERATOR is of a release that is not known: --operator-version=${given}`);
  return { program, args, version: given ?? release.newest, release };
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
