import { randomInt, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { type Properties, reveal, secret } from "./properties";
import type { Operation, PropertyChanges, ResourceProvider, State, Writing } from "./resourceProvider";

const specials = "!@#$%&*()-_=+[]{}<>:?";

const stringDefaults = {
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: "",
};

type StringInputs = typeof stringDefaults & { length: number };

function randomString(inputs: StringInputs): string {
  const sets = [
    { isAllowed: inputs.lower, min: inputs.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
    { isAllowed: inputs.upper, min: inputs.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { isAllowed: inputs.numeric, min: inputs.minNumeric, characters: "0123456789" },
    { isAllowed: inputs.special, min: inputs.minSpecial, characters: inputs.overrideSpecial || specials },
  ];
  const pick = (count: number, characters: string) =>
    Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
  const allowed = sets.filter(({ isAllowed }) => isAllowed).map(({ characters }) => characters);
  const picked = sets.flatMap(({ min, characters }) => pick(min, characters));
  picked.push(...pick(inputs.length - picked.length, allowed.join("")));

  let shuffled = "";
  while (picked.length > 0) shuffled += picked.splice(randomInt(picked.length), 1)[0];
  return shuffled;
}

/** The resources that programs of this kind need. */
const passwordType = "random:index/randomPassword:RandomPassword";
/** A UUID of version 7, which tells when it was made. It is no secret. */
const uuidType = "random:index/randomUuid7:RandomUuid7";

/** https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */
function uuid7(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return randomUUID().replace(/^.{8}-.{4}-./, `${time.slice(0, 8)}-${time.slice(8)}-7`);
}

/** Stands in for `pulumi-resource-random`: any change of an input makes a new value, and nothing else does. */
export class RandomProvider implements ResourceProvider {
  readonly version = "4.21.2";

  async configure() {}

  replacesProvider() {
    return [];
  }

  async check({ type }: Operation, _olds: Properties, news: Properties) {
    if (type === uuidType) return news;
    if (type !== passwordType) throw new Error(`the stand-in of the random provider does not know ${type}`);
    const inputs: Properties = { ...stringDefaults, ...reveal(news) };
    const { length, lower, upper, numeric, special } = inputs as StringInputs;
    const { minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0 } = inputs as StringInputs;
    const min = Math.max(1, minLower + minUpper + minNumeric + minSpecial);
    if (length < min)
      throw new Error(`length is ${length}: it must be at least ${min}, the sum of the minima`);
    if (length && !(lower || upper || numeric || special)) throw new Error("no character is allowed");
    return news;
  }

  async diff({ type }: Operation, state: Properties, news: Properties) {
    const before: Properties = reveal(state);
    const after: Properties = { ...(type === passwordType && stringDefaults), ...reveal(news) };
    const changes: PropertyChanges = new Map();
    for (const key of Object.keys({ ...before, ...after })) {
      if (key === "result" || isDeepStrictEqual(before[key], after[key])) continue;
      const kind = !(key in before) ? "ADD" : !(key in after) ? "DELETE" : "UPDATE";
      changes.set(key, { kind, replace: true });
    }
    return { changes, deleteBeforeReplace: false };
  }

  async create({ type }: Operation, { inputs, preview }: Writing) {
    if (type === uuidType) {
      const result = preview ? unknownValue : uuid7();
      return { id: preview ? "" : result, properties: { ...inputs, result } };
    }
    const properties = { ...stringDefaults, ...inputs };
    if (preview) return { id: "", properties: { ...properties, result: unknownValue } };
    const result = secret(randomString(reveal(properties) as StringInputs));
    return { id: "none", properties: { ...properties, result } };
  }

  async read(_: Operation, state: State) {
    return state;
  }

  async update(): Promise<Properties> {
    throw new Error("a random value is replaced, never updated");
  }

  async delete() {}
}
