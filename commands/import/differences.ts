/** Where what a stack would make differs from the graph that it comes from. */
import { own } from "../../config/own";
import type { Component } from "./component";
import { plannerDefaults } from "./plannerFields";
import { isSame } from "./same";
import type { Place } from "./settings";

/** A field that is not the same. */
export interface Difference {
  readonly place: Place;
  /** The component of the graph that is imported. */
  readonly of: Component;
  /** Such as `flag --block-size`, `env HF_HOME`, `pod.affinity`. */
  readonly field: string;
  /** What it is there; undefined where it has none. */
  readonly wanted: unknown;
  /** What the stack makes of it; undefined likewise. */
  readonly made: unknown;
}

/** The differences of two components that should be the same. */
export function differences(place: Place, wanted: Component, made: Component): Difference[] {
  const fields = new Set([...wanted.fields.keys(), ...made.fields.keys()]);
  return [...fields].flatMap((field) => {
    const difference = {
      place,
      of: wanted,
      field,
      wanted: wanted.fields.get(field) ?? defaultOf(field),
      made: made.fields.get(field) ?? defaultOf(field),
    };
    return isSame(difference.wanted, difference.made) ? [] : [difference];
  });
}

/** What a planner takes where its command does not say it. */
const defaultOf = (field: string) =>
  field.startsWith("planner ") ? own(plannerDefaults, field.slice("planner ".length)) : undefined;
