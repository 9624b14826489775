import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import { contentHash } from "../canonical/content-hash.ts";
import { toSymbols, type ReferenceValues } from "../canonical/symbols.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { contentOf } from "./read-live.ts";
import type { RemoteAgent, RemoteEngine } from "../ports/retell.ts";

/** What Retell answered for this agent, in the same symbols as its plan. */
export function symbolize(plan: AgentPlan, live: Content, references: ReferenceValues): Content {
  const { state, desired } = plan.material;
  return toSymbols({
    baseline: state?.sent == null || state.seen === null ? null : { sent: state.sent, seen: state.seen },
    desired: desired?.content,
    pending: state?.pending?.sent,
    live,
    recordedSecrets: state?.secrets ?? {},
    references,
  }).live;
}

/** True if Retell still holds what the plan was made from: same version, same publication, same content. */
export function isAsPlanned(plan: AgentPlan, now: { agent: RemoteAgent; engine: RemoteEngine | undefined }, references: ReferenceValues): boolean {
  if (now.agent.version !== plan.version || now.agent.isPublished !== plan.isPublished) return false;
  return contentHash(withoutLayout(symbolize(plan, contentOf(now.agent, now.engine), references)) as Json) === plan.hashes.live;
}
