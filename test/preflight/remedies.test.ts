/** What preflight finds and advises, in its own words, where much is wrong at once. */
import { judge } from "../../preflight/judge";
import { namedKey, namedObjects } from "../../preflight/namedObjects";
import { devStack } from "../devStack";
import { bareCluster, clusterFor, needsOf, node, operator } from "./clusters";

const bare = { ...bareCluster, issuers: [] };
const old = {
  kubernetes: { gitVersion: "v1.20.0" },
  operators: [operator("0.7.1")],
  nodes: [node("small", 1)],
};

const discovery = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } };
const newest = { runtime: { version: "1.6.1" }, namespace: { create: false } };

test.each<[string, Readonly<Record<string, unknown>>, object]>([
  ["kubernetes on nothing", newest, bare],
  ["nats-etcd on nothing", { ...newest, discovery }, bare],
  ["what is old or small", newest, old],
])("%s", async (_, settings, parts) => {
  const needs = await needsOf(devStack(settings));
  const named = Object.fromEntries(namedObjects(needs).map((object) => [namedKey(object), false]));
  const failed = judge(needs, clusterFor(needs, { named, ...parts })).filter(
    ({ state }) => state === "failed",
  );
  expect(
    failed.map(({ check, subject, found, remedy }) => `${check}, ${subject}: ${found} → ${remedy}`),
  ).toMatchSnapshot();
});
