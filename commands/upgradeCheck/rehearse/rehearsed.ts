/** What came of an upgrade in a rehearsal. */
import type { Printed } from "../../cli/printed";
import type { rehearsedMove, rehearsedUpgrade } from "./output";

export type RehearsedMove = Printed<typeof rehearsedMove>;
export type RehearsedUpgrade = Printed<typeof rehearsedUpgrade>;
