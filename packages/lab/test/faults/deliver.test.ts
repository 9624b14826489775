import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { FaultPlan, type FaultAction } from "@retell-actions/lab/faults/faults";
import { nameCall } from "@retell-actions/lab/faults/name-call";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { startRetellLab, type RetellLab } from "@retell-actions/lab/retell/server";

let faults: FaultPlan;
let github: GitHubLab;
let retell: RetellLab;
let token: string;
beforeEach(async () => {
  faults = new FaultPlan();
  [github, retell] = await Promise.all([startGitHubLab({ faults }), startRetellLab({ faults })]);
  const repository = await github.createRepository({ owner: "octo", name: "agents", defaultBranch: "main", files: { "a.txt": "a" } });
  for (const name of ["one", "two"]) {
    await repository.openIssue({ title: name });
    retell.organization("org_lab").console.createAgent({ agent_name: name });
  }
  token = repository.issueToken({ kind: "actions", permissions: { issues: "write" } });
});
afterEach(async () => {
  await Promise.all([github.stop(), retell.stop()]);
});

interface Service {
  readonly list: (signal?: AbortSignal) => Promise<Response>;
  readonly write: (signal?: AbortSignal) => Promise<Response>;
  readonly count: () => number;
  /** Query that asks for pages of one. */
  readonly one: Record<string, string>;
}

const services: Record<string, () => Service> = {
  retell: () => {
    const headers = { authorization: "Bearer key_lab", "content-type": "application/json" };
    const post = (path: string, signal?: AbortSignal): Promise<Response> => fetch(`${retell.url}${path}`, { method: "POST", headers, body: "{}", ...(signal === undefined ? {} : { signal }) });
    return { list: (signal) => post("/v2/list-agents", signal), write: (signal) => post("/create-retell-llm", signal), count: () => retell.organization("org_lab").llms().length, one: { limit: "1" } };
  },
  github: () => {
    const issues = (init: RequestInit, signal?: AbortSignal): Promise<Response> =>
      fetch(`${github.apiUrl}/repos/octo/agents/issues`, { ...init, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, ...(signal === undefined ? {} : { signal }) });
    return {
      list: (signal) => issues({}, signal),
      write: (signal) => issues({ method: "POST", body: JSON.stringify({ title: "three" }) }, signal),
      count: () => github.repository("octo/agents").issues.size,
      one: { per_page: "1" },
    };
  },
};

const once = (action: FaultAction): void => void faults.add({ matches: () => true, times: 1, action });
const itemsIn = (body: unknown): unknown[] => (Array.isArray(body) ? body : (body as { items: unknown[] }).items);

describe.each(Object.keys(services))("%s", (name) => {
  const service = (): Service => (services[name] ?? services["retell"])?.() as Service;

  test("rewrite: processed, with another text", async () => {
    const { write, count } = service();
    const before = count();
    once({ kind: "rewrite", rewrite: (text) => text.toUpperCase() });
    const text = await (await write()).text();
    expect([text, count()]).toEqual([text.toUpperCase(), before + 1]);
  });

  test("cut: processed, and the body ends before its length", async () => {
    const { write, count } = service();
    const before = count();
    once({ kind: "cut" });
    const response = await write();
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(1);
    await expect(response.text()).rejects.toThrow();
    expect(count()).toBe(before + 1);
  });

  test("slow: the whole body in pieces", async () => {
    const { list } = service();
    const whole = await (await list()).text();
    once({ kind: "slow", milliseconds: 1, pieces: 5 });
    const pieces: string[] = [];
    for await (const piece of (await list()).body as unknown as AsyncIterable<Uint8Array>) pieces.push(new TextDecoder().decode(piece));
    expect(pieces.join("")).toBe(whole);
  });

  test.each(["before", "after"] as const)("silence %s processing lasts until the client gives up", async (when) => {
    const { write, count } = service();
    const before = count();
    once({ kind: "silence", when });
    const patience = new AbortController();
    const isServed = new Promise<void>((resolve) => faults.add({ matches: () => true, times: 1, action: { kind: "call", when: "before", run: () => resolve() } }));
    const answer = write(patience.signal);
    if (when === "after") await isServed;
    else while (github.requests.length + retell.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    patience.abort();
    await expect(answer).rejects.toThrow();
    while (when === "after" && count() === before) await new Promise((resolve) => setImmediate(resolve));
    expect(count()).toBe(when === "after" ? before + 1 : before);
  });

  test("query: answered as if it had been asked for", async () => {
    const { list, one } = service();
    expect(itemsIn(await (await list()).json())).toHaveLength(2);
    once({ kind: "query", query: one });
    expect(itemsIn(await (await list()).json())).toHaveLength(1);
  });
});

test("calls are named by route, whatever they are about", () => {
  const request = { service: "github", method: "GET", query: "", body: undefined, write: false } as const;
  expect(nameCall({ ...request, service: "retell", path: "/get-agent/agent_1" })).toEqual({ of: "retell", name: "GET /get-agent", write: false });
  expect(nameCall({ ...request, path: "/repos/o/r/pulls/7" })).toEqual({ of: "rest", name: "pulls/get", write: false });
  expect(nameCall({ ...request, method: "POST", path: "/graphql", write: true, body: { query: "mutation($input: X!) { updateRefs(input: $input) { clientMutationId } }" } })).toEqual({ of: "graphql", name: "updateRefs", write: true });
  expect(nameCall({ ...request, path: "/o/r.git/info/refs", query: "service=git-upload-pack" })).toEqual({ of: "git", name: "info/refs git-upload-pack", write: false });
});
