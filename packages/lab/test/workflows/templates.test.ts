import { describe, expect, test } from "@jest/globals";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { lintWorkflow } from "@retell-actions/lab/runner/lint-workflow";
import { parseWorkflow } from "@retell-actions/lab/runner/parse-workflow";
import { DEPLOY_PERMISSIONS, VALIDATE_PERMISSIONS } from "@retell-actions/lab/scene/scene";
import { readTemplate, TEMPLATES } from "@retell-actions/lab/scene/workflow-scene";
import { CHECK, slackSwitchedOn } from "./support.ts";

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
  readonly needs?: unknown;
  readonly if?: string;
  readonly strategy?: unknown;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The only jobs that may get a key that writes, by the environment that guards it. */
const WRITE_KEY = /_API_KEY\b|api-key-env/;
const READ_ENVIRONMENT = { name: "retell-read", deployment: false };

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
    const withSlack = slackSwitchedOn(text);
    if (withSlack !== text) expect(await lintWorkflow({ ...options, text: withSlack })).toEqual([]);
    // Known to be able to fail.
    expect(await lintWorkflow({ ...options, text: text.replace("persist-credentials", "persist-credential") })).not.toEqual([]);
    await expect(parseWorkflow(options.path, text)).resolves.toBeDefined();
  });

  test("grants nothing at the top, starts whatever files changed, and leaves no credentials in the checkout", async () => {
    const workflow = await template(name);
    expect(workflow.permissions).toEqual({});
    expect(JSON.stringify(workflow.on)).not.toContain('"paths');
    for (const job of Object.values(workflow.jobs)) {
      expect(job.steps[0]).toEqual({ uses: "actions/checkout@v7", with: { "persist-credentials": false } });
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test("a job that has a key belongs to an environment; only guarded ones have a key that writes", async () => {
    const { jobs } = await template(name);
    for (const job of Object.values(jobs)) {
      const values = job.steps.flatMap(({ env = {} }) => Object.values(env)).filter((value) => value.includes("secrets"));
      expect(values.length > 0).toBe(job.environment !== undefined);
      if (JSON.stringify(job.environment) === JSON.stringify(READ_ENVIRONMENT)) expect(values.filter((value) => WRITE_KEY.test(value))).toEqual([]);
    }
  });

  test("runs no scripts but those that carry a fingerprint from job to job", async () => {
    const { jobs } = await template(name);
    const scripts = Object.values(jobs).flatMap((job) => job.steps.filter(({ run }) => run !== undefined));
    expect(scripts.every(({ run }) => run?.includes("fingerprint"))).toBe(true);
    expect(scripts.length).toBe(name === "retell-deploy-multi-production.yml" ? 2 : 0);
  });
});

test("the step that tells Slack gets real outputs and its address by its environment only", async () => {
  const texts = await Promise.all(TEMPLATES.map(async (name) => [name, slackSwitchedOn(await readTemplate(name))] as const));
  const steps = texts.flatMap(([name, text]) => Object.values((parse(text) as Template).jobs).flatMap((job) => job.steps.filter((step) => (step as { name?: string }).name === "Tell Slack").map((step) => ({ name, job, step }))));
  expect(steps.map(({ name }) => name)).toEqual(["retell-deploy-production.yml", "retell-deploy-multi-production.yml", "retell-drift-detection.yml"]);
  for (const { job, step } of steps) {
    expect(step.run).not.toContain("${{");
    expect(step.env?.["SLACK_WEBHOOK_URL"]).toBe("${{ secrets.SLACK_WEBHOOK_URL }}");
    for (const [, id = "", output = ""] of JSON.stringify(step.env).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const uses = job.steps.find((candidate) => candidate.id === id)?.uses ?? "";
      expect(Object.keys(await declaredOutputs(uses))).toContain(output);
    }
  }
});

async function declaredOutputs(uses: string): Promise<Readonly<Record<string, unknown>>> {
  const name = /^org\/retell-actions\/([\w-]+)@v1$/.exec(uses)?.[1] ?? "";
  return (parse(await readFile(`${root}/actions/${name}/action.yml`, "utf8")) as { outputs: Readonly<Record<string, unknown>> }).outputs;
}

test("validate: required check, triggers, permissions, keys that cannot write", async () => {
  const { on, jobs, concurrency } = await template("retell-validate.yml");
  expect(Object.keys(on).sort()).toEqual(["merge_group", "pull_request", "push", "workflow_dispatch"]);
  expect(on["pull_request"]?.["branches"]).toEqual(["develop", "staging", "production"]);
  expect(on["push"]).toEqual({ branches: ["develop"] });
  expect(concurrency).toMatchObject({ "cancel-in-progress": true });
  const job = jobs["validate"];
  expect(job?.name).toBe(CHECK);
  expect(job?.permissions).toEqual(VALIDATE_PERMISSIONS);
  expect(job?.environment).toEqual(READ_ENVIRONMENT);
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

test("deploy to production: plan without, deploy with the reviewer's leave, exactly that plan, published whatever was left alone", async () => {
  const { on, jobs, concurrency } = await template("retell-deploy-production.yml");
  expect(on["push"]).toEqual({ branches: ["production"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["agents", "confirm", "on-console-edit", "require-staging", "tag"]);
  expect(concurrency).toEqual({ group: "retell-deploy-production", queue: "max" });
  const { plan, deploy, "branch-sync": sync, release } = jobs;
  expect([plan?.environment, deploy?.environment, sync?.environment, release?.environment]).toEqual([READ_ENVIRONMENT, "production", undefined, undefined]);
  expect([deploy?.needs, sync?.needs, release?.needs]).toEqual(["plan", "deploy", "deploy"]);
  expect([plan?.permissions, deploy?.permissions]).toEqual([{ contents: "read", actions: "read" }, DEPLOY_PERMISSIONS]);
  expect(sync?.permissions).toEqual({ contents: "write", "pull-requests": "write", actions: "write", statuses: "write" });
  expect(deploy?.steps[1]?.with?.["plan-fingerprint"]).toBe("${{ needs.plan.outputs.fingerprint }}");
  expectSamePlan(plan?.steps[1], deploy?.steps[1]);
  expect(deploy?.steps[2]?.if).toBe(PUBLISH_CONDITION);
});

test("deploy to several productions: as to one, in turns, each workspace with its own keys and environment", async () => {
  const { on, jobs, concurrency } = await template("retell-deploy-multi-production.yml");
  expect(on["push"]).toEqual({ branches: ["production"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["workspace", "agents", "confirm", "on-console-edit", "require-staging"]);
  expect(concurrency).toEqual({ group: "retell-deploy-production", queue: "max" });
  const { list, plan, deploy, "branch-sync": sync } = jobs;
  const matrix = "${{ fromJSON(needs.list.outputs.matrix) }}";
  expect([plan?.strategy, deploy?.strategy]).toEqual([{ "fail-fast": false, matrix }, { "fail-fast": false, "max-parallel": 1, matrix }]);
  expect([plan?.environment, deploy?.environment]).toEqual([READ_ENVIRONMENT, "${{ matrix.environment }}"]);
  expect([list?.needs, plan?.needs, deploy?.needs, sync?.needs]).toEqual([undefined, "list", ["list", "plan"], "deploy"]);
  expect([list?.permissions, plan?.permissions, deploy?.permissions]).toEqual([{ contents: "read" }, { contents: "read", actions: "read" }, DEPLOY_PERMISSIONS]);
  const [planning, deploying] = [plan?.steps.find(({ id }) => id === "plan"), deploy?.steps.find(({ id }) => id === "deploy")];
  expect([planning?.env, deploying?.env]).toEqual([{ RETELL_API_KEY: "${{ secrets[matrix.read-key-env] }}" }, { RETELL_API_KEY: "${{ secrets[matrix.api-key-env] }}" }]);
  expectSamePlan(planning, deploying);
  expect(deploy?.steps.find(({ id }) => id === "publish")?.if).toBe(PUBLISH_CONDITION);
  // An empty fingerprint would allow any plan.
  expect(deploying?.with?.["plan-fingerprint"]).toMatch(/\|\| '[\w-]+' \}\}$/);
});

const PUBLISH_CONDITION = `\${{ !cancelled() && contains(fromJSON('["deployed","unchanged","conflicts","staging-required","partially-deployed"]'), steps.deploy.outputs.outcome) }}`;

/** All inputs that decide the plan are the same in the job that plans and in the one that deploys. */
function expectSamePlan(planning: Step | undefined, deploying: Step | undefined): void {
  const { "dry-run": dryRun, ...planned } = planning?.with ?? {};
  const { "plan-fingerprint": fingerprint, confirm, ...deployed } = deploying?.with ?? {};
  expect([dryRun, typeof fingerprint, confirm]).toEqual([true, "string", "${{ inputs.confirm }}"]);
  expect(deployed).toEqual(planned);
  expect(Object.keys(planned).sort()).toEqual(["agents", "on-console-edit", "require-staging", "workspace"]);
}

test("drift detection: by the clock, not at the full hour, one at a time, with keys that cannot write", async () => {
  const { on, jobs, concurrency } = await template("retell-drift-detection.yml");
  expect(on["schedule"]).toEqual([{ cron: "17 */6 * * *" }]);
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["workspace", "mode"]);
  expect(concurrency).toEqual({ group: "retell-drift", "cancel-in-progress": false });
  expect(jobs["drift"]?.permissions).toEqual({ contents: "write", "pull-requests": "write", issues: "write", statuses: "write", actions: "read" });
  expect(Object.keys(jobs["drift"]?.steps[1]?.env ?? {})).toEqual(["RETELL_STAGING_READ_KEY", "RETELL_PRODUCTION_READ_KEY"]);
});

test("release: by hand for a tag, or when a release is published; without keys", async () => {
  const { on, jobs } = await template("retell-release.yml");
  expect(on["release"]).toEqual({ types: ["published"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["tag"]);
  expect(jobs["release"]?.permissions).toEqual({ contents: "write" });
  expect(jobs["release"]?.steps[1]?.env).toBeUndefined();
});

test("new agents: issues of the form and by hand, no key, the text of an issue in no expression but the one that asks for its heading", async () => {
  const { on, jobs, concurrency } = await template("retell-new-agent.yml");
  expect(on["issues"]).toEqual({ types: ["opened", "edited"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["names", "template"]);
  expect(concurrency).toEqual({ group: "retell-new-agent", queue: "max" });
  const job = jobs["scaffold"];
  expect(job?.permissions).toEqual({ contents: "write", "pull-requests": "write", issues: "write", statuses: "write" });
  expect(job?.steps[1]?.env).toBeUndefined();
  expect(JSON.stringify(job?.steps)).not.toContain("github.event");
  expect(job?.steps.some((step) => "run" in step)).toBe(false);
});

test("import: by hand only, one at a time, with keys that cannot write", async () => {
  const { on, jobs, concurrency } = await template("retell-import.yml");
  expect(Object.keys(on)).toEqual(["workflow_dispatch"]);
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["workspace", "agents"]);
  expect(concurrency).toEqual({ group: "retell-import", "cancel-in-progress": false });
  const job = jobs["import"];
  expect(job?.permissions).toEqual({ contents: "write", "pull-requests": "write", statuses: "write", actions: "read" });
  expect(job?.environment).toEqual(READ_ENVIRONMENT);
  expect(Object.keys(job?.steps[1]?.env ?? {})).toEqual(["RETELL_STAGING_READ_KEY", "RETELL_PRODUCTION_READ_KEY"]);
});

test("commands: new comments only, nobody's command lost, keys that cannot write, the text of a comment in no expression", async () => {
  const { on, jobs, concurrency } = await template("retell-commands.yml");
  expect(on["issue_comment"]).toEqual({ types: ["created"] });
  expect(Object.keys(on["workflow_dispatch"]?.["inputs"] as object)).toEqual(["command"]);
  expect(concurrency).toEqual({ group: "retell-commands", queue: "max" });
  const job = jobs["commands"];
  expect(job?.permissions).toEqual({ contents: "write", "pull-requests": "write", statuses: "write", actions: "read" });
  expect(job?.steps[1]?.env).toEqual({ RETELL_STAGING_READ_KEY: "${{ secrets.RETELL_STAGING_READ_KEY }}", RETELL_PRODUCTION_READ_KEY: "${{ secrets.RETELL_PRODUCTION_READ_KEY }}" });
  expect(JSON.stringify(job?.steps)).not.toContain("github.event");
  expect(job?.steps.some((step) => "run" in step)).toBe(false);
});
