/** Ways to get GPUs past a stack's policies, and what must catch each. */
import { claims } from "./evasions/claims";
import { closed } from "./evasions/closed";
import { graphs } from "./evasions/graphs";
import { hidden } from "./evasions/hidden";
import { kinds } from "./evasions/kinds";
import type { Evasion } from "./evasions/make";
import { newGraphs } from "./evasions/newGraphs";
import { nodes } from "./evasions/nodes";
import { otherKinds } from "./evasions/otherKinds";
import { patches } from "./evasions/patches";
import { planners } from "./evasions/planners";
import { platforms } from "./evasions/platforms";
import { quotas } from "./evasions/quotas";
import { scalers } from "./evasions/scalers";
import { unknowns } from "./evasions/unknowns";

export const evasions: Readonly<Record<string, readonly Evasion[]>> = {
  "in graphs": graphs,
  "in graphs of v1beta1": newGraphs,
  "by scalers": scalers,
  "by patches": patches,
  "by planners": planners,
  "by claims": claims,
  "in other workloads": kinds,
  "in other kinds": otherKinds,
  "in what is no platform": platforms,
  "past the scheduler": nodes,
  "that are not known": closed,
  "that are hidden": hidden,
  "by quotas": quotas,
  "not known yet": unknowns,
};
