import fc from "fast-check";
import { copyTemplate, templateProblems } from "../../../actions/scaffold-agents/src/copy-template.ts";
import { FIELDS, parseIssueForm } from "../../../actions/scaffold-agents/src/parse-issue-form.ts";
import { nameFaults, readNames, takenFaults } from "../../../actions/scaffold-agents/src/read-names.ts";
import type { ProjectFile } from "../../../packages/core/src/project/files.ts";
import { nameFault } from "../../../packages/core/src/project/names.ts";
import { parseJson } from "../../../packages/core/src/project/parse-json.ts";
import type { WorkspacesFile } from "../../../packages/core/src/project/workspace.ts";
import { anyText, listText, objectText, oneOf, stringText } from "../grammar.ts";
import { checkPlaces, outcomeOf, promise, shapeOf, type Target } from "../target.ts";

const FORM_WORDS = [`### ${FIELDS.names}\n`, `### ${FIELDS.template}\n`, "_No response_", "sales-eu", "Sales EU", "- ", "* ", ",", "customer-service", "### "];

const FORM: Target = {
  name: "issue-form",
  what: "issues that ask for new agents",
  share: 10,
  words: FORM_WORDS,
  grammar: fc.tuple(anyText(FORM_WORDS), fc.array(fc.oneof(fc.constantFrom("sales", "- sales-eu", "a, b", "_No response_", "SALES", "con.lock", "a..b"), anyText(FORM_WORDS)), { maxLength: 6 }), anyText(FORM_WORDS), fc.constantFrom("\n", "\r\n", "\r")).map(([before, names, template, end]) => [before, `### ${FIELDS.names}`, "", ...names, "", `### ${FIELDS.template}`, "", template].join(end)),
  run: (body) => {
    const form = parseIssueForm(body);
    const names = readNames(form === undefined || "fault" in form ? body : form.names);
    const faults = [...nameFaults(names), ...takenFaults(names.slice(0, 50), ["agents/Sales/agent.json", "prompts/support/base.txt"])];
    for (const fault of faults) promise(fault.message !== "", "a fault has no message");
    if (faults.length === 0) for (const { name } of names) promise(nameFault("agent", name) === undefined, "a name that is no name is taken");
    return { accepted: form !== undefined && !("fault" in form) && faults.length === 0, value: [form, names, faults], traits: faults.slice(0, 5).map(({ message }) => shapeOf(message)) };
  },
};

const WORKSPACES: WorkspacesFile = {
  mode: "single-production",
  branches: { develop: "develop", staging: "staging", production: "production" },
  workspaces: (["staging", "production"] as const).map((name) => ({ name, kind: name, title: name, branch: name, apiKeyEnv: "KEY", readKeyEnv: undefined, baseUrl: undefined })),
  moved: [],
};
const TEMPLATE_WORDS = ["agent_name", "llm_config", "prompt_config", "sections", "overrides", "$prompt", "greeting", "base", "conversation_flow", "./flow.json"];
const mention = fc.oneof(oneOf("greeting", "base", ["greeting", "base"], ["__proto__"]), stringText(TEMPLATE_WORDS));

const TEMPLATE: Target = {
  name: "template",
  what: "templates of new agents",
  share: 5,
  words: TEMPLATE_WORDS,
  grammar: objectText({ agent_name: stringText(TEMPLATE_WORDS), llm_config: objectText({ prompt_config: objectText({ sections: mention, overrides: objectText({ greeting: stringText(TEMPLATE_WORDS), base: oneOf("x") }) }), states: listText(objectText({ name: oneOf("a"), state_prompt: objectText({ $prompt: mention }) })) }) }, TEMPLATE_WORDS),
  run: (text) => {
    const files = new Map<string, ProjectFile>(["agent.json", "agent.production.json", "flow.json"].map((path) => [path, { kind: "file", text }]));
    files.set("prompts/greeting.txt", { kind: "file", text: "Hello.\n" });
    const template = { name: "t", folder: "templates/t", own: true, files };
    const problems = templateProblems(template);
    checkPlaces(problems, () => text);
    if (problems.length > 0) return outcomeOf(problems, problems);
    const copied = copyTemplate(template, "sales-eu", { prefix: "", workspaces: WORKSPACES });
    for (const [path, content] of copied.files) if (path.endsWith(".json")) promise(parseJson({ file: path, text: content }).root !== undefined, `${path} of a copy is no JSON`);
    return outcomeOf(problems, [...copied.files]);
  },
};

export const NEW_AGENT_TARGETS: readonly Target[] = [FORM, TEMPLATE];
