import type { FaultAction, FaultRequest } from "../faults/faults.ts";
import { agentNamed } from "./look-at.ts";
import { KEYS, type RunOptions, type Scene } from "./scene.ts";

/** One way in which what an action must read cannot be read. */
export interface BrokenWorld {
  readonly name: string;
  /** Breaks it, after a good deployment. */
  readonly arrange?: (scene: Scene) => void | Promise<void>;
  readonly options?: RunOptions;
  /** Reason code of the run that meets it. */
  readonly reason: string;
  /** What the message must tell people to look at or to change. */
  readonly says: RegExp;
  /** Only an action that writes can meet it. */
  readonly onlyWrites?: boolean;
}

const STATE = "retell/state/staging";

function spoilt(matches: (request: FaultRequest) => boolean, action: FaultAction): (scene: Scene) => void {
  return (scene) => void scene.faults.add({ matches, action });
}

const retell = (path = ""): ((request: FaultRequest) => boolean) => (request) => request.service === "retell" && request.path.startsWith(path);

function stateFile(path: string, edit: (text: string) => string | null): (scene: Scene) => Promise<void> {
  return async (scene) => {
    const text = (await scene.repository.readFile(STATE, path)) ?? "";
    await scene.repository.commit({ branch: STATE, files: { [path]: edit(text) }, message: "By hand" });
  };
}

const AGENT = "agents/sales/staging.json";
const keys = (value: string): RunOptions => ({ env: { RETELL_STAGING_API_KEY: value, RETELL_STAGING_READ_KEY: value } });

/** Answers that are no answers, on each route that a check needs. */
const SPOILT_ANSWERS: readonly (readonly [string, FaultAction])[] = [
  ["truncated JSON", { kind: "truncate" }],
  ["an HTML page with status 200", { kind: "body", text: "<!doctype html><title>Sign in</title>" }],
  ["an empty object", { kind: "body", text: "{}" }],
];
const ROUTES = ["/get-api-key-info", "/v2/list-agents", "/v2/list-retell-llms", "/get-agent/"];

/** A project with the agents `sales` and `support` is deployed to staging before any of these happens. */
export const BROKEN_WORLDS: readonly BrokenWorld[] = [
  { name: "a wrong API key", options: keys("key_that_nobody_has"), reason: "unauthorized", says: /RETELL_STAGING_(API|READ)_KEY|API key/ },
  { name: "a key of another organisation", options: keys(KEYS.production), reason: "wrong-organization", says: /organi[sz]ation/i },
  { name: "no key", options: keys(""), reason: "missing-key", says: /RETELL_STAGING_(API|READ)_KEY is empty/ },
  { name: "a read-only key", options: { env: { RETELL_STAGING_API_KEY: KEYS.stagingRead } }, reason: "write-failed", says: /permission|may not|read-only|Edit/i, onlyWrites: true },
  { name: "an API that refuses connections", options: { env: { RETELL_BASE_URL: "http://127.0.0.1:9" } }, reason: "retell-unavailable", says: /Retell/ },
  { name: "an API that answers 500 throughout", arrange: spoilt(retell(), { kind: "status", status: 500, body: { error_message: "boom" }, headers: { "retry-after": "0" } }), reason: "retell-unavailable", says: /Retell.*500|500.*Retell/s },
  ...ROUTES.flatMap((route) =>
    SPOILT_ANSWERS.map(([what, action]): BrokenWorld => ({ name: `${what} from ${route}`, arrange: spoilt(retell(route), action), reason: "retell-unavailable", says: /Retell/ })),
  ),
  { name: "agents that answer 500", arrange: spoilt(retell("/get-agent/"), { kind: "status", status: 500, headers: { "retry-after": "0" } }), reason: "retell-unavailable", says: /Retell/ },
  { name: "state that is not JSON", arrange: stateFile(AGENT, (text) => text.slice(0, 40)), reason: "unreadable-state", says: /sales.*(JSON|state)/s },
  { name: "state with merge markers", arrange: stateFile(AGENT, (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`), reason: "unreadable-state", says: /merge/ },
  { name: "state of an unknown format", arrange: stateFile(AGENT, (text) => text.replace('"format": 1', '"format": 2')), reason: "unreadable-state", says: /format/ },
  { name: "state of another workspace", arrange: stateFile(AGENT, (text) => text.replace('"workspace": "staging"', '"workspace": "production"')), reason: "unreadable-state", says: /production/ },
  { name: "an empty state file", arrange: stateFile(AGENT, () => ""), reason: "unreadable-state", says: /sales/ },
  { name: "an unreadable workspace.json of the state", arrange: stateFile("workspace.json", () => "{"), reason: "unreadable-state", says: /workspace\.json/ },
  { name: "a missing workspace.json of the state", arrange: stateFile("workspace.json", () => null), reason: "unreadable-state", says: /workspace\.json/ },
  { name: "a workspace.json of an unknown format", arrange: stateFile("workspace.json", (text) => text.replace('"format": 1', '"format": 7')), reason: "unreadable-state", says: /workspace\.json/ },
  { name: "an unknown workspace", options: { inputs: { workspace: "stagign" } }, reason: "unknown-workspace", says: /stagign.*staging/s },
  {
    name: "a GitHub that is down when the state is read",
    arrange: spoilt((request) => request.service === "github" && request.path.endsWith("/info/refs"), { kind: "status", status: 503, body: "down" }),
    reason: "git-failed",
    says: /git|GitHub/,
  },
  {
    name: "an agent whose engine was deleted",
    arrange: (scene) => scene.staging.console.deleteLlm(agentNamed(scene.staging, "sales").engineId ?? "", true),
    reason: "unreadable",
    says: /engine/,
  },
];

/** Words that a run must not say anywhere unless it has read everything. */
export const ALL_IS_WELL = /\bpassed\b|\bunchanged\b|\bin[- ]sync\b/i;
