/** The README's picture of a stack, drawn from its preview, for light and dark pages. */
import type { Summary } from "../preview/summary";

const gpuColor = "#76b900";
const themes = {
  light: { text: "#1f2328", dim: "#59636e", line: "#818b98", box: "#ffffff", area: "#f6f8fa" },
  dark: { text: "#f0f6fc", dim: "#9198a1", line: "#7d8590", box: "#212830", area: "#151b23" },
};

type Theme = keyof typeof themes;

/**
 * An SVG of a stack's first graph: how requests reach its workers, and what finds these in either mode.
 * @throws RangeError where the stack has no graph of frontends and workers.
 */
export function stackPicture({ outputs }: Summary, theme: Theme): string {
  const { gpus, services } = outputs;
  const [frontend, workers] = services;
  if (!frontend || !workers) throw new RangeError("the stack has no graph to draw");
  const { text, dim, line, box, area } = themes[theme];

  const words = (x: number, y: number, content: string, style = "") =>
    `<text x="${x}" y="${y}"${style}>${content}</text>`;
  const note = (x: number, y: number, content: string, anchor = "middle") =>
    words(x, y, content, ` text-anchor="${anchor}" fill="${dim}" font-size="12"`);
  const room = (x: number, y: number, width: number, height: number, title: string) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${area}" stroke="${line}"/>${note(x + 14, y + 22, title, "start")}`;
  const card = (x: number, y: number, width: number, title: string, under: string) =>
    `<rect x="${x}" y="${y}" width="${width}" height="52" rx="6" fill="${box}" stroke="${line}"/>${words(x + width / 2, y + 22, title, ' text-anchor="middle" font-weight="600"')}${note(x + width / 2, y + 40, under)}`;
  const arrow = (path: string) =>
    `<path d="${path}" fill="none" stroke="${line}" stroke-width="1.5" marker-end="url(#tip)"/>`;
  const chips = Array.from(
    { length: Math.min(workers.gpus, 16) },
    (_, i) => `<rect x="${664 + 14 * i}" y="122" width="10" height="10" rx="2" fill="${gpuColor}"/>`,
  );
  const quota = gpus.budget === undefined ? "" : `, and a quota of ${gpus.budget} GPUs`;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 344" font-family="system-ui, sans-serif" font-size="14" fill="${text}" role="img">`,
    "<title>A stack: clients, a Service, frontends, GPU workers, and what finds them</title>",
    `<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="${line}"/></marker>`,
    room(146, 8, 724, 142, `the stack: graph ${frontend.graph}, dashboards, alerts${quota}`),
    card(8, 60, 104, "clients", "OpenAI's API"),
    card(170, 60, 130, "Service", "port 8000"),
    card(400, 60, 150, `${frontend.replicas} × ${frontend.component}`, "HTTP, routing"),
    card(660, 60, 186, `${workers.replicas} × ${workers.component}`, `${workers.gpusPerPod} GPU a pod`),
    ...chips,
    arrow("M112 86H168"),
    arrow("M300 86H398"),
    arrow("M550 86H658"),
    note(604, 78, "requests"),
    arrow("M475 112V184"),
    arrow("M753 112V184"),
    note(466, 172, "frontends watch", "end"),
    note(744, 172, "workers register", "end"),
    room(146, 186, 724, 150, "discovery: one value of the config, dynamo:discovery.mode"),
    card(170, 240, 330, "kubernetes: the API server", "nothing more to run"),
    note(525, 270, "or"),
    card(550, 240, 296, "nats-etcd: etcd and NATS", "made by the stack, or servers of your own"),
    note(
      508,
      320,
      "never both in one graph; a change of the mode moves the clients when the new graph is ready",
    ),
    "</svg>",
    "",
  ].join("\n");
}
