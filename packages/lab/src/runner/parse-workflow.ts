/**
 * Reads a workflow file with GitHub's parser. Events, `needs` and `if` come from GitHub's converter (which adds
 * `success() &&`); everything that it drops (`with`, `shell`, `timeout-minutes`, …) is read from the YAML, where
 * expressions still stand as written.
 */
import { parse } from "yaml";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow as parseTemplate } from "./github-packages.ts";
import type { WorkflowTemplate } from "@actions/workflow-parser/model/workflow-template";

/** A mapping as written in YAML; values may hold expressions. */
export type RawMapping = Readonly<Record<string, unknown>>;

export interface WorkflowStep {
  /** As written, or generated with a leading `__` (such steps are not in the `steps` context). */
  readonly id: string;
  /** Condition with GitHub's `success() &&` where it calls no status function. */
  readonly if: string;
  readonly raw: RawMapping;
}

export interface WorkflowJob {
  readonly id: string;
  readonly needs: readonly string[];
  readonly if: string;
  readonly steps: readonly WorkflowStep[];
  readonly raw: RawMapping;
}

export interface Workflow {
  /** Path in the repository, e.g. `.github/workflows/deploy.yml`. */
  readonly path: string;
  /** `name:`, or the path as GitHub shows it. */
  readonly name: string;
  readonly events: Readonly<Record<string, RawMapping>>;
  readonly jobs: readonly WorkflowJob[];
  readonly raw: RawMapping;
}

/** One fault of a workflow file. Positions count from 1. */
export interface WorkflowFault {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** A workflow that GitHub would refuse to start. */
export class WorkflowSyntaxError extends Error {
  override name = "WorkflowSyntaxError";
  readonly faults: readonly WorkflowFault[];

  constructor(path: string, faults: readonly WorkflowFault[]) {
    super(`Invalid workflow file ${path}:\n${faults.map((fault) => `  ${fault.message}`).join("\n")}`);
    this.faults = faults;
  }
}

function asMapping(value: unknown): RawMapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RawMapping) : {};
}

function unsupported(raw: RawMapping): WorkflowFault[] {
  return Object.entries(asMapping(raw["jobs"])).flatMap(([id, job]) => {
    const mapping = asMapping(job);
    const steps = (mapping["steps"] as RawMapping[] | undefined) ?? [];
    const inJob = ["uses", "container", "services"].filter((key) => mapping[key] !== undefined);
    const inSteps = ["background", "wait", "wait-all", "cancel", "parallel"].filter((key) => steps.some((step) => step[key] !== undefined));
    return [...inJob, ...inSteps].map((key) => ({ message: `The lab's runner does not support '${key}' (job '${id}'). See packages/lab/src/runner/README.md.` }));
  });
}

/**
 * Parses and checks a workflow file.
 * @throws {WorkflowSyntaxError} with every fault; messages carry `(Line: n, Col: n)` where GitHub's do.
 */
export async function parseWorkflow(path: string, text: string): Promise<Workflow> {
  const { context, value } = parseTemplate({ name: path, content: text }, new NoOperationTraceWriter());
  // Without a value the YAML itself is broken; conversion would only add noise.
  const template: WorkflowTemplate | undefined = value && (await convertWorkflowTemplate(context, value));
  const faults: WorkflowFault[] = context.errors.getErrors().map((error) => ({
    message: error.message,
    ...(error.range && { line: error.range.start.line, column: error.range.start.column }),
  }));
  if (faults.length > 0 || template === undefined) throw new WorkflowSyntaxError(path, faults);
  const raw = parse(text) as RawMapping;
  const missing = unsupported(raw);
  if (missing.length > 0) throw new WorkflowSyntaxError(path, missing);
  const rawJobs = asMapping(raw["jobs"]);
  const jobs = template.jobs.map((job): WorkflowJob => {
    const rawJob = asMapping(rawJobs[job.id.value]);
    const rawSteps = (rawJob["steps"] as RawMapping[] | undefined) ?? [];
    const steps = job.type === "job" ? job.steps : [];
    return {
      id: job.id.value,
      needs: (job.needs ?? []).map((need) => need.value),
      if: job.if.expression,
      raw: rawJob,
      steps: steps.map((step, index) => ({ id: step.id, if: step.if?.expression ?? "success()", raw: rawSteps[index] ?? {} })),
    };
  });
  return {
    path,
    name: typeof raw["name"] === "string" && raw["name"] !== "" ? raw["name"] : path,
    events: template.events as Record<string, RawMapping>,
    jobs,
    raw,
  };
}
