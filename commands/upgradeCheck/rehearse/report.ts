/** A rehearsed upgrade as people read it: a table of what was done, there and back, and what to know of it. */
import pc from "picocolors";
import { compactTable } from "../../preview/compactTable";
import { plainText, table } from "../../preview/markdown";
import { figure } from "../../traffic/report";
import { clean } from "../report";
import type { RehearsedMove, RehearsedUpgrade } from "./rehearsed";

const head = ["", "from", "to", "s", "objects of the stack", "pods", "GPUs at the peak", "requests"];

export function describeRehearsal({ standIns, moves, ...rest }: RehearsedUpgrade): string {
  return [
    `\n${pc.bold("rehearsed")}, with stand-ins: ${standIns.map(clean).join(", ")}`,
    compactTable({ head }, moves.map(rowOf)),
    ...lines({ moves, ...rest }),
  ].join("\n");
}

/** For a pull request or an issue. */
export function rehearsalComment({ standIns, moves, ...rest }: RehearsedUpgrade): string {
  const alignment = head.map(() => "---");
  return [
    `#### Rehearsed, with stand-ins: ${plainText(standIns.map(clean).join(", "))}`,
    table(
      head,
      alignment,
      moves.map((move) => rowOf(move).map(plainText)),
    ),
    ...lines({ moves, ...rest }).map((line) => `> ${plainText(line)}`),
  ].join("\n\n");
}

const nameOf = ({ what, way }: RehearsedMove) => (way === "there" ? what : `${what}, back`);

function rowOf(move: RehearsedMove): string[] {
  const { from, to, seconds, pods, failure } = move;
  return [
    `${failure === undefined ? "" : "✖ "}${nameOf(move)}`,
    from,
    to,
    figure(seconds),
    objectsInWords(move),
    pods.started + pods.gone > 0 ? `${pods.started} started, ${pods.gone} gone` : "",
    gpusInWords(move),
    requestsInWords(move),
  ];
}

function objectsInWords({ objects }: RehearsedMove): string {
  return Object.entries(objects)
    .filter(([, names]) => names.length > 0)
    .map(([how, names]) => `${names.length} ${how}`)
    .join(", ");
}

const gpusInWords = ({ gpus: { peak, forecast } }: RehearsedMove) => `${peak}, announced ${forecast}`;

function requestsInWords({ requests }: RehearsedMove): string {
  if (requests === undefined) return "";
  const { completed, failed, longestGap } = requests;
  const gap = longestGap === undefined ? "" : `, longest gap ${figure(longestGap)} s`;
  return `${failed === 0 ? "none" : failed} of ${completed + failed} failed${gap}`;
}

function lines({ noTraffic, notes, moves }: Omit<RehearsedUpgrade, "standIns">): string[] {
  return [
    ...(noTraffic === undefined ? [] : [`no traffic ran: ${noTraffic}`]),
    ...notes,
    ...moves.flatMap((move) => {
      const name = `${nameOf(move)} ${move.from} → ${move.to}`;
      const { replaced, deleted } = move.objects;
      return [
        ...(move.failure === undefined ? [] : [`${name}: ${move.failure}`]),
        ...(replaced.length > 0 ? [`${name}: replaced ${replaced.join(", ")}`] : []),
        ...(deleted.length > 0 ? [`${name}: deleted ${deleted.join(", ")}`] : []),
        ...Object.entries(move.requests?.errors ?? {}).map(
          ([kind, { count, first }]) => `${name}: ${count} × ${kind}: ${first}`,
        ),
      ];
    }),
  ].map(clean);
}
