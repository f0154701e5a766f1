/** What frontends are told, by the parsers of the released wheels (ai-dynamo 0.7.1 to 1.6.1). */
import { commandsOf, natsEtcd } from "../commands";

const kv = { mode: "kv" };
const approximate = { ...kv, index: "approximate" };
const two = { frontend: { replicas: 2 } };

test.each<[version: string, router: object, stack: object, more: object, arguments_: string]>([
  ["0.7.1", {}, natsEtcd, {}, ""],
  ["0.8.1", {}, {}, {}, "--no-kv-events"], // or it opens NATS
  ["0.9.1", {}, {}, {}, "--no-kv-events"],
  ["1.0.2", {}, {}, {}, ""],
  ["1.4.2", { mode: "random" }, {}, {}, "--router-mode random"],
  ["0.8.1", kv, {}, {}, "--router-mode kv --no-kv-events"],
  ["0.8.1", kv, {}, two, "--router-mode kv --no-kv-events"], // nothing carries what replicas tell each other
  ["0.8.1", kv, natsEtcd, {}, "--router-mode kv"],
  ["0.7.1", approximate, natsEtcd, {}, "--router-mode kv --no-kv-events"],
  ["1.0.2", kv, {}, {}, "--router-mode kv"],
  ["1.6.1", kv, {}, two, "--router-mode kv --router-replica-sync"],
  ["1.6.1", approximate, {}, two, "--router-mode kv --no-router-kv-events --router-replica-sync"],
])("%s %j %j %j", (version, router, stack, more, expected) => {
  const command = commandsOf(version, { router, ...more }, stack).Frontend;
  expect(command).toBe(expected === "" ? "" : `python3 -m dynamo.frontend ${expected}`);
});
