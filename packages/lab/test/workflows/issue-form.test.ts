import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { readTemplate } from "@retell-actions/lab/scene/workflow-scene";
import { readActions } from "../../../../scripts/docs/action-metadata.ts";

const FORM = "ISSUE_TEMPLATE/new-retell-agent.yml";
const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Ids may hold letters, digits, `-` and `_` (docs "Syntax for GitHub's form schema", "Keys"). */
const id = z.string().regex(/^[A-Za-z0-9_-]+$/);
const validations = z.strictObject({ required: z.boolean().optional() });
const label = z.string().min(1);
const text = z.string();

/** Elements of a form (docs "Syntax for GitHub's form schema": one section for each type, with its table of attributes). */
const element = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: z.string().min(1) }) }),
  z.strictObject({
    type: z.literal("textarea"),
    id: id.optional(),
    attributes: z.strictObject({ label, description: text.optional(), placeholder: text.optional(), value: text.optional(), render: text.optional() }),
    validations: validations.optional(),
  }),
  z.strictObject({
    type: z.literal("input"),
    id: id.optional(),
    attributes: z.strictObject({ label, description: text.optional(), placeholder: text.optional(), value: text.optional() }),
    validations: validations.optional(),
  }),
  z.strictObject({
    type: z.literal("dropdown"),
    id: id.optional(),
    attributes: z.strictObject({ label, description: text.optional(), multiple: z.boolean().optional(), options: z.array(z.string()).min(1), default: z.int().nonnegative().optional() }),
    validations: validations.optional(),
  }),
  z.strictObject({
    type: z.literal("checkboxes"),
    id: id.optional(),
    attributes: z.strictObject({ label, description: text.optional(), options: z.array(z.strictObject({ label, required: z.boolean().optional() })).min(1) }),
  }),
]);

/** The form itself (docs "Syntax for issue forms", "Top-level syntax"). */
const form = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  title: text.optional(),
  labels: z.union([text, z.array(text)]).optional(),
  assignees: z.union([text, z.array(text)]).optional(),
  projects: z.union([text, z.array(text)]).optional(),
  type: text.optional(),
  body: z.array(element).min(1),
});

const readForm = async (): Promise<z.infer<typeof form>> => form.parse(parse(await readTemplate(FORM)));
const fieldsOf = ({ body }: z.infer<typeof form>) => body.flatMap((one) => (one.type === "markdown" ? [] : [one]));

describe("the form for new agents", () => {
  test("has GitHub's schema; the schema refuses a slip", async () => {
    const written: unknown = parse(await readTemplate(FORM));
    expect(form.safeParse(written).error?.issues).toBeUndefined();
    const slip = (await readTemplate(FORM)).replace("    validations:\n", "    validation:\n");
    expect(form.safeParse(parse(slip)).success).toBe(false);
  });

  test("asks for something, with ids and labels that are unique; a default is one of the options", async () => {
    const fields = fieldsOf(await readForm());
    expect(fields.length).toBeGreaterThan(0);
    for (const values of [fields.map(({ id: of }) => of), fields.map(({ attributes }) => attributes.label)]) expect(new Set(values).size).toBe(values.length);
    for (const field of fields) if (field.type === "dropdown") expect(field.attributes.options[field.attributes.default ?? 0]).toBeDefined();
  });

  test("has the headings by which the workflow and the action know it", async () => {
    const labels = fieldsOf(await readForm()).map(({ attributes }) => attributes.label);
    const source = await readFile(`${root}/actions/scaffold-agents/src/parse-issue-form.ts`, "utf8");
    const known = [.../FIELDS = \{([^}]*)\}/.exec(source)?.[1]?.matchAll(/"([^"]+)"/g) ?? []].map(([, heading]) => heading);
    expect(labels).toEqual(known);
    expect(await readTemplate("retell-new-agent.yml")).toContain(`'### ${labels[0] ?? ""}'`);
  });

  test("offers what the workflow offers, and what comes with the action", async () => {
    const dropdown = fieldsOf(await readForm()).find((field) => field.type === "dropdown");
    const options = dropdown?.type === "dropdown" ? dropdown.attributes.options : [];
    const workflow = parse(await readTemplate("retell-new-agent.yml")) as { on: { workflow_dispatch: { inputs: { template: { options: string[] } } } } };
    expect(workflow.on.workflow_dispatch.inputs.template.options).toEqual(options);
    const description = readActions(root).find(({ folder }) => folder === "scaffold-agents")?.inputs.get("template")?.description ?? "";
    for (const option of options) expect(description).toContain(`\`${option}\``);
  });
});
