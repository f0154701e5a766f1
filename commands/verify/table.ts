/** Findings for people. */
import Table from "cli-table3";
import pc from "picocolors";

const marks = { passed: pc.green("✓"), failed: pc.red("✖"), skipped: pc.dim("–"), unknown: pc.yellow("?") };

interface Line {
  readonly state: keyof typeof marks;
  readonly check: string;
  readonly subject: string;
  readonly found: string;
  readonly remedy?: string;
}

/** @param width of the terminal, in characters */
export function findingsTable(findings: readonly Line[], width: number): string {
  const [mark, check, subject] = [3, 20, 24];
  const table = new Table({
    head: ["", "check", "", "found"],
    colWidths: [mark, check, subject, Math.max(40, width - mark - check - subject - 5)],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { state, check, subject, found, remedy } of findings)
    table.push([marks[state], check, subject, remedy ? `${found}\n→ ${remedy}` : found]);
  return table.toString();
}
