/** Requests of pods, as the scheduler adds them up. */
import { own } from "../config/own";
import { at, list, notKnown, record } from "../gpus/manifest";
import { quantity } from "../gpus/quantity";

/** Amounts of resources by name. */
export type Amounts = Readonly<Record<string, number>>;

/** Requests of a pod: of its containers and sidecars together, or the greediest of its init containers. */
export function requestsOf(pod: unknown): Amounts {
  const running = [
    ...list(at(pod, "containers")),
    ...list(at(pod, "initContainers")).filter((one) => at(one, "restartPolicy") === "Always"),
  ].map(requestsOfContainer);
  const starting = list(at(pod, "initContainers")).map(requestsOfContainer);
  const together = sum([...running, amountsOf(at(pod, "overhead"))]);
  return { ...starting.reduce<Amounts>(greatest, together), pods: 1 };
}

/** Without a request the limit counts. */
const requestsOfContainer = (container: unknown): Amounts => ({
  ...amountsOf(at(container, "resources", "limits")),
  ...amountsOf(at(container, "resources", "requests")),
});

/** Amounts of an object as numbers, without those that are none. */
export function amountsOf(value: unknown): Amounts {
  return Object.fromEntries(
    Object.entries(record(value)).flatMap(([resource, amount]) => {
      const number = quantity(amount);
      return number === notKnown || Number.isNaN(number) ? [] : [[resource, number]];
    }),
  );
}

export function sum(all: readonly Amounts[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const amounts of all)
    for (const [resource, amount] of Object.entries(amounts))
      total[resource] = (own(total, resource) ?? 0) + amount;
  return total;
}

/** @param times how often the amounts are needed */
export function times(amounts: Amounts, times: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, amount * times]));
}

export function minus(one: Amounts, other: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(one).map(([resource, amount]) => [resource, amount - (other[resource] ?? 0)]),
  );
}

function greatest(one: Amounts, other: Amounts): Amounts {
  const peak: Record<string, number> = { ...one };
  for (const [resource, amount] of Object.entries(other))
    peak[resource] = Math.max(peak[resource] ?? 0, amount);
  return peak;
}
