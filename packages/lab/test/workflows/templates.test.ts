import { describe, expect, test } from "@jest/globals";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { lintWorkflow } from "@retell-actions/lab/runner/lint-workflow";
import { parseWorkflow } from "@retell-actions/lab/runner/parse-workflow";
import { DEPLOY_PERMISSIONS, VALIDATE_PERMISSIONS } from "@retell-actions/lab/scene/scene";
import { readTemplate, TEMPLATES } from "@retell-actions/lab/scene/workflow-scene";
import { CHECK } from "./support.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

interface Template {
  readonly on: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly name: string;
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly environment?: unknown;
  readonly "timeout-minutes": number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>>; readonly env?: Readonly<Record<string, string>> }[];
}

async function template(name: string): Promise<Template> {
  return parse(await readTemplate(name)) as Template;
}

test("every template is installed by the scene, and has properties as GitHub wants them", async () => {
  const files = await readdir(`${root}/workflows-templates`);
  for (const name of TEMPLATES) {
    expect(files).toContain(name);
    const properties = JSON.parse(await readTemplate(name.replace(".yml", ".properties.json"))) as Record<string, unknown>;
    expect(properties).toEqual({ name: expect.any(String), description: expect.any(String), iconName: expect.stringMatching(/^octicon /), categories: expect.any(Array), filePatterns: ["^workspaces\\.json$"] });
  }
});

describe.each(TEMPLATES)("%s", (name) => {
  test("is clean by GitHub's language service and by the house rules", async () => {
    const text = await readTemplate(name);
    const options = { path: `.github/workflows/${name}`, actions: { "org/retell-actions/": [`${root}/dist`, `${root}/actions`] } };
    expect(await lintWorkflow({ ...options, text })).toEqual([]);
    // Known to be able to fail.
    expect(await lintWorkflow({ ...options, text: text.replace("persist-credentials", "persist-credential") })).not.toEqual([]);
    await expect(parseWorkflow(options.path, text)).resolves.toBeDefined();
  });

  test("grants nothing at the top, starts whatever files changed, and leaves no credentials in the checkout", async () => {
    const workflow = await template(name);
    expect(workflow.permissions).toEqual({});
    expect(JSON.stringify(workflow.on)).not.toContain('"paths');
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([]);
    expect(steps[0]).toEqual({ uses: "actions/checkout@v7", with: { "persist-credentials": false } });
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });
});

test("validate: required check, triggers, permissions, keys that cannot write", async () => {
  const { on, jobs, concurrency } = await template("retell-validate.yml");
  expect(Object.keys(on).sort()).toEqual(["merge_group", "pull_request", "push", "workflow_dispatch"]);
  expect(on["pull_request"]?.["branches"]).toEqual(["develop", "staging", "production"]);
  expect(on["push"]).toEqual({ branches: ["develop"] });
  expect(concurrency).toMatchObject({ "cancel-in-progress": true });
  const job = jobs["validate"];
  expect(job?.name).toBe(CHECK);
  expect(job?.permissions).toEqual(VALIDATE_PERMISSIONS);
  expect(job?.environment).toBeUndefined();
  expect(Object.keys(job?.steps[1]?.env ?? {})).toEqual(["RETELL_STAGING_READ_KEY", "RETELL_PRODUCTION_READ_KEY"]);
});

test("deploy to staging: triggers, permissions, one at a time and none dropped", async () => {
  const { on, jobs } = await template("retell-deploy-staging.yml");
  expect(Object.keys(on).sort()).toEqual(["push", "workflow_dispatch"]);
  expect(on["push"]).toEqual({ branches: ["staging"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["agents", "on-console-edit", "dry-run"]);
  const job = jobs["deploy"];
  expect(job?.permissions).toEqual(DEPLOY_PERMISSIONS);
  expect(job?.concurrency).toEqual({ group: "retell-deploy-staging", queue: "max" });
  expect(job?.environment).toBe("staging");
});
