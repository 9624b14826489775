/**
 * Does an event start a workflow? Source: docs "Events that trigger workflows", "Workflow syntax" (`on`), "Skipping workflow runs".
 */
import { matchesPatterns } from "./filter-pattern.ts";
import type { Workflow } from "./parse-workflow.ts";

/** An event as GitHub delivers it to Actions. */
export interface WorkflowEvent {
  readonly name: string;
  /** Webhook payload; `action` is the activity type. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Full ref of the run; decides push filters. */
  readonly ref?: string;
  /** Needed only by workflows with `paths` filters. */
  readonly changedFiles?: readonly string[];
  /** Message of the head commit, for `[skip ci]`; for a push taken from the payload. */
  readonly headCommitMessage?: string;
}

/** The answer, with the reason that a person would look for. */
export interface EventMatch {
  readonly matches: boolean;
  readonly reason: string;
}

/** Activity types that start a workflow when `types:` is absent; an event that is not listed takes all of them. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

const skipMarks = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

function skipped(event: WorkflowEvent): boolean {
  if (event.name !== "push" && event.name !== "pull_request") return false;
  const head = event.payload["head_commit"] as { message?: string } | null | undefined;
  const message = event.headCommitMessage ?? head?.message ?? "";
  return skipMarks.some((mark) => message.includes(mark)) || /\n\nskip-checks:\s*true\s*$/.test(message.trimEnd());
}

type Filters = Readonly<Record<string, readonly string[] | undefined>>;

function passes(name: string, filters: Filters, kind: "branches" | "tags" | "paths"): boolean {
  const only = filters[kind];
  const ignore = filters[`${kind}-ignore`];
  return (only === undefined || matchesPatterns(name, only)) && (ignore === undefined || !matchesPatterns(name, ignore));
}

function has(filters: Filters, kind: "branches" | "tags" | "paths"): boolean {
  return filters[kind] !== undefined || filters[`${kind}-ignore`] !== undefined;
}

function checkPaths(event: WorkflowEvent, filters: Filters): string | undefined {
  if (!has(filters, "paths")) return undefined;
  const files = event.changedFiles;
  if (files === undefined) throw new Error(`The workflow filters '${event.name}' by paths: give 'changedFiles' with the event.`);
  const only = filters["paths"];
  const ignore = filters["paths-ignore"];
  const started = files.some((file) => (only === undefined || matchesPatterns(file, only)) && (ignore === undefined || !matchesPatterns(file, ignore)));
  return started ? undefined : "no changed file passes the paths filter";
}

function checkPush(event: WorkflowEvent, filters: Filters): string | undefined {
  const ref = event.ref ?? String(event.payload["ref"] ?? "");
  if (event.payload["deleted"] === true) return "a deleted ref starts no push workflow";
  const kind = ref.startsWith("refs/tags/") ? "tags" : "branches";
  const other = kind === "tags" ? "branches" : "tags";
  if (!has(filters, kind) && has(filters, other)) return `only ${other} are filtered for, and this is ${ref}`;
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  if (!passes(name, filters, kind)) return `'${name}' does not pass the ${kind} filter`;
  // Pushes of tags are not filtered by path.
  return kind === "branches" ? checkPaths(event, filters) : undefined;
}

function branchOf(event: WorkflowEvent): string | undefined {
  const payload = event.payload as {
    pull_request?: { base?: { ref?: string } };
    workflow_run?: { head_branch?: string };
    merge_group?: { base_ref?: string };
  };
  return payload.pull_request?.base?.ref ?? payload.workflow_run?.head_branch ?? payload.merge_group?.base_ref?.replace("refs/heads/", "");
}

/** Checks an event against the workflow's `on:`. @throws {Error} if a paths filter meets an event without `changedFiles`. */
export function matchesEvent(workflow: Workflow, event: WorkflowEvent): EventMatch {
  const no = (reason: string): EventMatch => ({ matches: false, reason });
  const filters = workflow.events[event.name] as Filters | undefined;
  if (filters === undefined) return no(`'on' does not name '${event.name}'`);
  if (skipped(event)) return no("the head commit's message skips workflows");
  if (event.name === "schedule") {
    const crons = (filters as unknown as readonly { cron: string }[]).map((item) => item.cron);
    const cron = String(event.payload["schedule"] ?? crons[0]);
    return crons.includes(cron) ? { matches: true, reason: `schedule ${cron}` } : no(`no schedule '${cron}'`);
  }
  if (event.name === "workflow_dispatch") return { matches: true, reason: "workflow_dispatch" };
  const action = event.payload["action"] as string | undefined;
  const types = filters["types"] ?? defaultTypes[event.name];
  if (types !== undefined && action !== undefined && !types.includes(action)) return no(`activity type '${action}' is not among ${types.join(", ")}`);
  if (event.name === "push") {
    const reason = checkPush(event, filters);
    return reason === undefined ? { matches: true, reason: "push" } : no(reason);
  }
  const workflows = filters["workflows"];
  const source = (event.payload["workflow_run"] as { name?: string } | undefined)?.name;
  if (workflows !== undefined && source !== undefined && !matchesPatterns(source, workflows)) return no(`workflow '${source}' is not among ${workflows.join(", ")}`);
  const branch = branchOf(event);
  if (branch !== undefined && !passes(branch, filters, "branches")) return no(`'${branch}' does not pass the branches filter`);
  const paths = event.name.startsWith("pull_request") ? checkPaths(event, filters) : undefined;
  return paths === undefined ? { matches: true, reason: event.name } : no(paths);
}
