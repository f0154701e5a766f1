import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";

/** Letters and digits: servers, clients and URLs read them all the same. */
const form = { length: 32, special: false };

/** A password, made once. */
export function password(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new RandomPassword(name, form, opts).result;
}

/** A password for each generation, by its number. One that stays in the list stays as it is. */
export function passwords(
  name: string,
  generations: readonly number[],
  opts: pulumi.CustomResourceOptions,
): Record<number, pulumi.Output<string>> {
  return Object.fromEntries(
    generations.map((generation) => [generation, password(`${name}-${generation}`, opts)]),
  );
}
