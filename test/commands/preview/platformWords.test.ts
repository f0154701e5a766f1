/** What a preview and its comment tell of a platform that the stack installs, and of none. */
import { comment } from "../../../commands/preview/comment";
import { previewStack } from "../../../commands/preview/previewStack";
import { describePlan } from "../../../commands/preview/report";
import { devStack } from "../../devStack";
import { inStateOfItsOwn } from "../../pulumiState";

async function told(platform: object): Promise<{ report: string; markdown: string }> {
  const preview = await inStateOfItsOwn(() =>
    previewStack(devStack({ platform }), { file: undefined, byRule: {} }, {}),
  );
  return { report: describePlan(preview.summary), markdown: comment(preview, undefined) };
}

test("the release, and the image that it runs", async () => {
  const { report, markdown } = await told({ install: {} });
  const line =
    "Helm release dynamo-platform 1.6.1 in dynamo-system: nvcr.io/nvidia/ai-dynamo/kubernetes-operator:1.6.1";
  expect(report).toContain(`platform: ${line}\n`);
  expect(markdown).toContain(`Platform: ${line}.\n`);
});

test("images that values of the stack's own may bring are not known, and the policies see that", async () => {
  const { report } = await told({
    orchestrator: "grove",
    install: { values: { global: { grove: { install: true } } } },
  });
  expect(report).toContain("its images are not known");
  expect(report).toMatch(/Release dynamo-system\/dynamo-platform makes objects that are not in this plan/);
});

test("nothing where it is there", async () => {
  const { report, markdown } = await told({});
  expect(report).not.toMatch(/^platform:/m);
  expect(markdown).not.toMatch(/^Platform:/m);
});
