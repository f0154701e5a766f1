import { some } from "../../config/printable";
import { check, countOf, type Finding } from "../finding";
import { type Needs, neededRights, rightKey } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the user may make, read, change and delete each kind that the plan has. */
export function rights(needs: Needs, { rights }: Snapshot): Finding[] {
  const { passed, failed, unknown } = check("rights", "kubeconfig's user");
  const wanted = neededRights(needs).map((right) => ({
    name: right.namespace === "" ? right.kind : `${right.kind} in ${right.namespace}`,
    answer: rights[rightKey(right)],
  }));
  const denied = wanted.filter(({ answer }) => answer === false).map(({ name }) => name);
  const unread = wanted.filter(({ answer }) => answer === undefined || isUnread(answer));
  const reason = unread.map(({ answer }) => (isUnread(answer) ? answer.unread : undefined)).find(Boolean);
  return [
    ...(denied.length > 0
      ? [
          failed(
            `may not get, create, patch and delete ${some(denied)}`,
            "have a Role or ClusterRole bound to it that lets it",
          ),
        ]
      : []),
    ...(unread.length > 0
      ? [
          unknown(
            `${some(unread.map(({ name }) => name))}: ${reason ?? "nobody was asked for these when the cluster was saved"}`,
          ),
        ]
      : []),
    ...(denied.length + unread.length === 0
      ? [
          passed(
            `may get, create, patch and delete ${countOf(wanted.length, "kind")} in the namespaces of the plan`,
          ),
        ]
      : []),
  ];
}
