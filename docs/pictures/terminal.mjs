/**
 * Draws docs/pictures/terminal.svg from what commands really print:
 *
 *   npm run init -- chat --model Qwen/Qwen3-8B --workers 2 --runtime 1.6.1
 *   npm run rehearse -- --stack chat --serve      # in another terminal; export here what it prints
 *   node docs/pictures/terminal.mjs
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = join(import.meta.dirname, "../..");
const stack = join(root, "Pulumi.chat.yaml");
const [columns, rows, lineHeight, characterWidth, secondsEach] = [120, 19, 18, 7.8, 7];
const csi = "\x1b[";
const colors = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341" };

const npm = (...args) => {
  const env = { ...process.env, FORCE_COLOR: "1", COLUMNS: String(columns) };
  return execFileSync("npm", ["run", "--silent", ...args], { cwd: root, env, encoding: "utf8" }).trimEnd();
};

/** The paragraphs that are chosen, and a mark for those that are left out. */
function excerpt(output, chosen) {
  const paragraphs = output.split("\n\n").map((one) => (chosen.test(one) ? one : "…"));
  return paragraphs.filter((one, i) => one !== "…" || paragraphs[i - 1] !== "…").join("\n\n");
}

function record() {
  const before = mkdtempSync(join(tmpdir(), "before-"));
  const text = readFileSync(stack, "utf8");
  try {
    const plan = npm("preview", "--", "--stack", "chat", "--out", before);
    const verify = npm("verify", "--", "--stack", "chat");
    writeFileSync(stack, text.replace("mode: kubernetes", "mode: nats-etcd"));
    const change = npm("preview", "--", "--stack", "chat", "--base", before);
    return [
      [
        "npm run preview -- --stack chat --out before",
        excerpt(plan, /discovery mode|GPUs a pod|GPU-hours|^policies/),
      ],
      ["npm run verify -- --stack chat", verify],
      [
        "sed -i 's/mode: kubernetes/mode: nats-etcd/' Pulumi.chat.yaml\n$ npm run preview -- --stack chat --base before",
        excerpt(change, /discovery mode|at its peak:|^policies/),
      ],
    ];
  } finally {
    writeFileSync(stack, text);
    rmSync(before, { recursive: true });
  }
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A line of a terminal as spans, one for each run of a style. */
function spans(line) {
  let style = {};
  const [plain, ...styled] = line.split(csi);
  const rest = styled.map((part) => {
    const [, code, text] = /^(\d+)[\d;]*m(.*)$/.exec(part) ?? [];
    if (code === "1") style = { ...style, bold: true };
    else if (code === "2") style = { ...style, dim: true };
    else if (code === "22") style = { color: style.color };
    else style = { ...style, color: colors[code] };
    return span(text ?? "", style);
  });
  return span(plain, {}) + rest.join("");
}

const span = (text, style) => (text === "" ? "" : `<tspan${attributes(style)}>${escaped(text)}</tspan>`);

const attributes = ({ bold, dim, color }) =>
  `${color ? ` fill="${color}"` : ""}${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity=".6"' : ""}`;

/** A line that is too long loses its colours too. */
const cut = (line) => {
  const plain = stripVTControlCharacters(line);
  return plain.length > columns ? `${plain.slice(0, columns - 1)}…` : line;
};

function draw(steps) {
  const [width, height] = [Math.round(columns * characterWidth) + 40, rows * lineHeight + 60];
  const frames = steps.map(([command, output], i) => {
    const lines = [`${csi}32m$${csi}39m ${command}`, "", ...output.split("\n")]
      .join("\n")
      .split("\n")
      .map(cut);
    if (lines.length > rows) lines.splice(rows - 1, Number.POSITIVE_INFINITY, "…");
    const text = lines.map((line, row) => `<text x="20" y="${56 + row * lineHeight}">${spans(line)}</text>`);
    return `<g class="frame" style="animation-delay:${i * secondsEach}s">\n${text.join("\n")}\n</g>`;
  });
  const share = 100 / steps.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="13" fill="#e6edf3" role="img">
<title>A terminal: ${escaped(steps.map(([command]) => command.split("\n$ ").at(-1)).join("; "))}</title>
<style>
text { white-space: pre }
.frame { opacity: 0; animation: show ${steps.length * secondsEach}s infinite }
@keyframes show { 0%, ${(share - 1).toFixed(1)}% { opacity: 1 } ${share.toFixed(1)}%, 100% { opacity: 0 } }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117" stroke="#30363d"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
${frames.join("\n")}
</svg>
`;
}

writeFileSync(join(root, "docs/pictures/terminal.svg"), draw(record()));
