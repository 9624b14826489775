import { readTemplate } from "@retell-actions/lab/scene/workflow-scene";

const FOLDER = ".github/workflows";

/** A template, and the lines that the team of the demo has changed in it. */
const CHANGES = [
  {
    name: "retell-deploy-staging.yml",
    from: "          on-console-edit: ${{ inputs.on-console-edit || 'fail' }}\n",
    to: "          on-console-edit: ${{ inputs.on-console-edit || 'keep' }}\n",
  },
  {
    name: "retell-validate.yml",
    from: "        uses: org/retell-actions/validate-and-conflict-check@v1\n",
    to: "        uses: org/retell-actions/validate-and-conflict-check@v1\n        with:\n          on-console-edit: ${{ github.base_ref == 'staging' && 'keep' || 'fail' }}\n",
  },
] as const;

/** What was changed, for showing it. */
export const KEEP_SETTING = CHANGES.map(({ name, to }) => `${name}: ${(to.trimEnd().split("\n").at(-1) ?? "").trim()}`).join("\n");

/** The templates with which deploys to staging keep console edits, by their paths. @throws {Error} if a template has changed. */
export async function keepSetting(): Promise<Record<string, string>> {
  const files = await Promise.all(
    CHANGES.map(async ({ name, from, to }) => {
      const text = await readTemplate(name);
      if (text.split(from).length !== 2) throw new Error(`${name} no longer has exactly one line like this: ${from}`);
      return [`${FOLDER}/${name}`, text.replace(from, () => to)] as const;
    }),
  );
  return Object.fromEntries(files);
}
