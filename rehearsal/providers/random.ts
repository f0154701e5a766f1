import { randomBytes, randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { type Properties, reveal, secret } from "./properties";
import type { Changes, Operation, ResourceProvider, State, Writing } from "./resourceProvider";

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
    { isAllowed: inputs.lower, least: inputs.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
    { isAllowed: inputs.upper, least: inputs.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { isAllowed: inputs.numeric, least: inputs.minNumeric, characters: "0123456789" },
    { isAllowed: inputs.special, least: inputs.minSpecial, characters: inputs.overrideSpecial || specials },
  ];
  const pick = (count: number, characters: string) =>
    Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
  const allowed = sets.filter(({ isAllowed }) => isAllowed).map(({ characters }) => characters);
  const picked = sets.flatMap(({ least, characters }) => pick(least, characters));
  picked.push(...pick(inputs.length - picked.length, allowed.join("")));

  let shuffled = "";
  while (picked.length > 0) shuffled += picked.splice(randomInt(picked.length), 1)[0];
  return shuffled;
}

function randomId({ byteLength, prefix }: { byteLength: number; prefix: string }) {
  const bytes = randomBytes(byteLength);
  const id = bytes.toString("base64url");
  return {
    id,
    b64Url: prefix + id,
    b64Std: prefix + bytes.toString("base64"),
    hex: prefix + bytes.toString("hex"),
    dec: prefix + BigInt(`0x${bytes.toString("hex")}`),
  };
}

interface Kind {
  readonly defaults: Properties;
  /** The properties that exist only after creation. */
  readonly outputs: readonly string[];
  create(inputs: Properties): Properties & { id: string };
}

const kinds: Record<string, Kind> = {
  "random:index/randomPassword:RandomPassword": {
    defaults: stringDefaults,
    outputs: ["result"],
    create: (inputs) => ({ id: "none", result: secret(randomString(inputs as StringInputs)) }),
  },
  "random:index/randomString:RandomString": {
    defaults: stringDefaults,
    outputs: ["result"],
    create: (inputs) => {
      const result = randomString(inputs as StringInputs);
      return { id: result, result };
    },
  },
  "random:index/randomId:RandomId": {
    defaults: { prefix: "" },
    outputs: ["b64Url", "b64Std", "hex", "dec"],
    create: (inputs) => randomId(inputs as { byteLength: number; prefix: string }),
  },
};

function kindOf({ type }: Operation): Kind {
  const kind = kinds[type];
  if (!kind) throw new Error(`the stand-in of the random provider does not know ${type}`);
  return kind;
}

/** Stands in for `pulumi-resource-random`: any change of an input makes a new value, and nothing else does. */
export class RandomProvider implements ResourceProvider {
  readonly version = "4.21.2";

  async configure() {}

  replacesProvider() {
    return [];
  }

  async check(operation: Operation, _olds: Properties, news: Properties) {
    const inputs: Properties = { ...kindOf(operation).defaults, ...reveal(news) };
    const { length, lower, upper, numeric, special } = inputs as StringInputs;
    const { minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0 } = inputs as StringInputs;
    const least = Math.max(1, minLower + minUpper + minNumeric + minSpecial);
    if (length < least)
      throw new Error(`length is ${length}: it must be at least ${least}, the sum of the minima`);
    if (length && !(lower || upper || numeric || special)) throw new Error("no character is allowed");
    return news;
  }

  async diff(operation: Operation, state: Properties, news: Properties) {
    const { defaults, outputs } = kindOf(operation);
    const before: Properties = reveal(state);
    const after: Properties = { ...defaults, ...reveal(news) };
    const changes: Changes = new Map();
    for (const key of Object.keys({ ...before, ...after })) {
      if (outputs.includes(key) || isDeepStrictEqual(before[key], after[key])) continue;
      const kind = !(key in before) ? "ADD" : !(key in after) ? "DELETE" : "UPDATE";
      changes.set(key, { kind, replace: true });
    }
    return { changes, deleteBeforeReplace: false };
  }

  async create(operation: Operation, { inputs, preview }: Writing) {
    const { defaults, outputs, create } = kindOf(operation);
    const properties = { ...defaults, ...inputs };
    if (preview) {
      const unknowns = outputs.map((key) => [key, unknownValue]);
      return { id: "", properties: { ...properties, ...Object.fromEntries(unknowns) } };
    }
    const { id, ...created } = create(reveal(properties));
    return { id, properties: { ...properties, ...created } };
  }

  async read(_: Operation, state: State) {
    return state;
  }

  async update(): Promise<Properties> {
    throw new Error("a random value is replaced, never updated");
  }

  async delete() {}
}
