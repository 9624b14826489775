import { describe, expect, test } from "@jest/globals";
import { componentContent } from "@retell-actions/core/canonical/content";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { PREVIOUS_KEPT } from "@retell-actions/core/state/agent-state";
import { emptyComponentState } from "@retell-actions/core/state/component-state";
import { emptyKnowledgeState, type KnowledgeState } from "@retell-actions/core/state/knowledge-state";
import { lastChangeOf } from "@retell-actions/core/state/last-change";
import { deployedAnnotations, withFormerResourceId } from "@retell-actions/core/state/next-resource-state";
import { parseRecordedState } from "@retell-actions/core/state/recorded";
import { parseResourceRecords, recordedResourceId, recordedResourceIds, renderResourceState, RESOURCE_STATE_FOLDERS, resourceStatePath, type ResourceRecord } from "@retell-actions/core/state/resource-records";
import { isoSeconds, takingRun } from "@retell-actions/core/state/taking-run";
import { journalsOf, renderWorkspaceState } from "@retell-actions/core/state/workspace-state";

const knowledge: KnowledgeState = {
  ...emptyKnowledgeState("staging"),
  knowledge_base_id: "kb_1",
  former_ids: ["kb_0"],
  sent: { name: "FAQ" },
  seen: { name: "FAQ", enable_auto_refresh: false, max_chunk_size: null, min_chunk_size: null },
  sources: [{ kind: "text", title: "Hours", hash: "h", source_id: "s1" }],
  pending: { operation: "update", settings: { name: "FAQ" }, sources: [{ kind: "url", title: "u", hash: "h" }], over: ["s1"], others: ["kb_2"] },
};
const fields = componentContent({ name: "Greeting" });
const component = { ...emptyComponentState("staging"), component_id: "c_1", sent: fields, seen: fields };
const journal = { operation: "update" as const, sent: fields, over: componentContent({}), keys: ["component.name"] };
const files = (texts: Readonly<Record<string, string | undefined>>): ProjectFiles => new Map(Object.entries(texts).map(([path, text]) => [path, text === undefined ? { kind: "symlink" as const, text: undefined } : { kind: "file" as const, text }])) as unknown as ProjectFiles;
const read = (texts: Readonly<Record<string, string | undefined>>): Record<string, ResourceRecord> => Object.fromEntries(parseResourceRecords(files(texts), "staging"));

describe("files of the state branch", () => {
  const text = (record: Exclude<ResourceRecord, { kind: "unreadable" }>): string => renderResourceState(record);

  test("a record is read as it was written", () => {
    const records = {
      "knowledge://faq": { kind: "knowledge", state: knowledge },
      "component://greeting": { kind: "component", state: component },
      "component://journal": { kind: "component", state: { ...component, pending: journal } },
      "component://new": { kind: "component", state: emptyComponentState("staging") },
    } as const;
    const written = Object.fromEntries(Object.entries(records).map(([symbol, record]) => [resourceStatePath(symbol as "knowledge://faq", "staging"), text(record)]));
    expect(Object.keys(written)).toEqual(["knowledge/faq/staging.json", "components/greeting/staging.json", "components/journal/staging.json", "components/new/staging.json"]);
    expect(read(written)).toEqual(records);
    expect([...parseResourceRecords(files({ "components/b/staging.json": text(records["component://greeting"]), "components/a/staging.json": text(records["component://greeting"]), "knowledge/z/staging.json": text(records["knowledge://faq"]) }), "staging").keys()]).toEqual(["knowledge://z", "component://a", "component://b"]);
    expect(RESOURCE_STATE_FOLDERS).toEqual(["knowledge", "components"]);
  });

  test("a component's contents are written without the part that all of them have", () => {
    expect(JSON.parse(text({ kind: "component", state: { ...component, pending: journal } }))).toMatchObject({ sent: { name: "Greeting" }, seen: { name: "Greeting" }, pending: { sent: { name: "Greeting" }, over: {} } });
    expect(JSON.parse(text({ kind: "component", state: emptyComponentState("staging") }))).toEqual({ format: 1, workspace: "staging", config_hash: null, source_commit: null, source_branch: null, deployed_by: null, workflow_run_id: null, deployed_at: null, previous: [], component_id: null, sent: null, seen: null });
    expect(text({ kind: "knowledge", state: knowledge })).toBe(`${JSON.stringify(knowledge, null, 2)}\n`);
    expect(text({ kind: "component", state: { ...component, sent: { agent: {} } } })).toContain('"sent": {}');
  });

  test("other files are none", () => {
    const good = text({ kind: "knowledge", state: knowledge });
    expect(read({ "knowledge/faq/production.json": good, "knowledge/faq/deep/staging.json": good, "knowledge/staging.json": good, "agents/faq/staging.json": good, "x/knowledge/faq/staging.json": good })).toEqual({});
  });

  test.each<[string, string | undefined, string]>([
    ["no text", undefined, "it is not a text file"],
    ["merge markers", '{\n<<<<<<< ours\n"a": 1\n', "not valid JSON (it holds merge-conflict markers)"],
    ["markers inside a line", '{"a": "<<<<<<<" ', "not valid JSON (Expected ',' or '}' after property value in JSON at position 16 (line 1 column 17))"],
    ["another workspace", JSON.stringify({ ...knowledge, workspace: "production" }), 'it says workspace "production" instead of "staging"'],
    ["no object", "[]", "the file: Invalid input: expected object, received array"],
    ["a field of another type", JSON.stringify({ ...knowledge, sent: { name: 1 } }), "sent.name: Invalid input: expected string, received number"],
    ["too deep", `${"[".repeat(5_000)}${"]".repeat(5_000)}`, "it is nested deeper than any record of these actions"],
  ])("unreadable, never new: %s", (_name, written, problem) => {
    expect(read({ "knowledge/faq/staging.json": written })).toEqual({ "knowledge://faq": { kind: "unreadable", problem } });
  });

  test("components likewise", () => {
    expect(read({ "components/a/staging.json": JSON.stringify({ ...emptyComponentState("staging"), sent: [] }), "components/b/staging.json": undefined })).toEqual({
      "component://a": { kind: "unreadable", problem: "sent: expected an object" },
      "component://b": { kind: "unreadable", problem: "it is not a text file" },
    });
  });

  test("a whole branch has them beside its agents, and none where there are none", () => {
    const workspace = renderWorkspaceState({ format: 1, organization: null, salt: "0123456789abcdef", pending: null });
    expect(parseRecordedState("head", files({ "workspace.json": workspace }), "staging").resources).toBeUndefined();
    expect(parseRecordedState("head", files({ "workspace.json": workspace, "knowledge/faq/staging.json": renderResourceState({ kind: "knowledge", state: knowledge }) }), "staging").resources?.get("knowledge://faq")).toEqual({ kind: "knowledge", state: knowledge });
  });

  test("previous deployments are none where an older file says nothing of them", () => {
    const { previous: _none, ...older } = knowledge;
    expect(read({ "knowledge/faq/staging.json": JSON.stringify(older) })["knowledge://faq"]).toMatchObject({ state: { previous: [] } });
  });
});

test("ids on record, and those that they had before", () => {
  const records = new Map([
    ["knowledge://faq", { kind: "knowledge", state: knowledge }],
    ["component://greeting", { kind: "component", state: component }],
    ["component://new", { kind: "component", state: emptyComponentState("staging") }],
    ["component://broken", { kind: "unreadable", problem: "x" }],
  ] as const);
  expect([...records.values(), undefined].map((record) => recordedResourceId(record))).toEqual(["kb_1", "c_1", null, null, null]);
  expect(recordedResourceIds(records)).toEqual({
    resourceIds: new Map([["knowledge://faq", "kb_1"], ["component://greeting", "c_1"]]),
    formerResourceIds: new Map([["knowledge://faq", new Set(["kb_0"])], ["component://greeting", new Set()], ["component://new", new Set()]]),
  });
  expect(recordedResourceIds(undefined)).toEqual({ resourceIds: new Map(), formerResourceIds: new Map() });
});

describe("after a deployment", () => {
  const note = { commit: "c2", branch: "staging", actor: "bot", runId: "7", at: "2026-11-24T02:30:00Z" };
  const before = { config_hash: "sha256:a", source_commit: "c1", previous: [{ config_hash: "sha256:b", source_commit: "c0" }] };
  const made = { hash: "sha256:c", incomplete: false, withoutStaging: false, note };

  test("annotations, with what was there before", () => {
    const annotations = { config_hash: "sha256:c", source_commit: "c2", source_branch: "staging", deployed_by: "bot", workflow_run_id: "7", deployed_at: "2026-11-24T02:30:00Z" };
    expect(deployedAnnotations(before, made)).toEqual({ ...annotations, previous: [{ config_hash: "sha256:a", source_commit: "c1" }, { config_hash: "sha256:b", source_commit: "c0" }] });
    expect(deployedAnnotations(before, { ...made, incomplete: true, withoutStaging: true })).toEqual({ ...deployedAnnotations(before, made), incomplete: true, without_staging: true });
  });

  test("each earlier content once; none that was written in part, nor the one that is there", () => {
    expect(deployedAnnotations({ ...before, incomplete: true }, made).previous).toEqual(before.previous);
    expect(deployedAnnotations({ ...before, config_hash: null }, made).previous).toEqual(before.previous);
    expect(deployedAnnotations({ ...before, config_hash: "sha256:c" }, made).previous).toEqual(before.previous);
    expect(deployedAnnotations(before, { ...made, hash: "sha256:b" }).previous).toEqual([{ config_hash: "sha256:a", source_commit: "c1" }]);
    expect(deployedAnnotations({ ...before, config_hash: "sha256:b", source_commit: "c5" }, made).previous).toEqual([{ config_hash: "sha256:b", source_commit: "c5" }]);
    const many = Array.from({ length: PREVIOUS_KEPT + 5 }, (_, index) => ({ config_hash: `sha256:${index}`, source_commit: null }));
    expect(deployedAnnotations({ ...before, previous: many }, made).previous).toEqual([{ config_hash: "sha256:a", source_commit: "c1" }, ...many.slice(0, PREVIOUS_KEPT - 1)]);
  });

  test("an id that gives way is remembered once", () => {
    const known = { ...before, former_ids: ["kb_0"] };
    expect(withFormerResourceId("kb_1", "kb_2", before)).toEqual({ former_ids: ["kb_1"] });
    expect(withFormerResourceId("kb_1", "kb_2", known)).toEqual({ former_ids: ["kb_0", "kb_1"] });
    expect(withFormerResourceId("kb_0", "kb_2", known)).toEqual({ former_ids: ["kb_0"] });
    expect(withFormerResourceId("kb_1", "kb_1", known)).toEqual({ former_ids: ["kb_0"] });
    expect(withFormerResourceId(null, "kb_1", known)).toEqual({ former_ids: ["kb_0"] });
    expect(withFormerResourceId(null, "kb_1", before)).toEqual({});
    expect(withFormerResourceId("kb_1", null, before)).toEqual({ former_ids: ["kb_1"] });
  });
});

test("a run takes a workspace for two hours, told in whole seconds", () => {
  expect(takingRun({ runId: "7", runAttempt: 2, job: "deploy" }, { commit: "c", now: 1_000_000_000_999 })).toEqual({ run: "7", attempt: 2, job: "deploy", until: "2001-09-09T03:46:40Z", commit: "c", agents: [] });
  expect(isoSeconds(0)).toBe("1970-01-01T00:00:00Z");
});

test("the journals are the deploy's: the holder's own, or those that a publishing run came after", () => {
  const deploy = takingRun({ runId: "7", runAttempt: 1, job: "deploy" }, { commit: "c", now: 0 });
  expect(journalsOf(deploy)).toBe(deploy);
  expect(journalsOf({ ...deploy, kind: "publish" })).toBeUndefined();
  expect(journalsOf({ ...deploy, kind: "publish", interrupted: deploy })).toBe(deploy);
});

test("a last change is known where Retell left no time out", () => {
  expect(lastChangeOf({ modifiedAt: 5 }, { modifiedAt: 6, version: 0 })).toEqual({ agent_at: 5, engine_at: 6, engine_version: 0 });
  expect(lastChangeOf({ modifiedAt: 5 }, undefined)).toEqual({ agent_at: 5, engine_at: null, engine_version: null });
  expect(lastChangeOf({ modifiedAt: 0 }, undefined)).toBeUndefined();
  expect(lastChangeOf({ modifiedAt: 5 }, { modifiedAt: 0, version: 1 })).toBeUndefined();
});
