/** Somebody edits an agent in the console of staging while Dana changes a section that it uses. */
import { claim, type Chapter } from "../chapter.ts";
import { agentIn, agentsIn, CHECK, lastComment, promptOf } from "../look.ts";
import { merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, AGENTS, CONSOLE_HOURS, OPENING_HOURS, SPEED } from "../project.ts";
import { outcomeOf } from "../record.ts";

const BRANCH = "saturday-hours";
const BILLING = "agents/billing/agent.json";

/** The edit, the conflict, its resolution and the merge. */
export async function conflict(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  add(await consoleEdit(play));
  const { chapter, pullRequest } = await inConflict(play);
  add(chapter);
  add(await decided(play, pullRequest));
  add(await merged(play, pullRequest));
}

async function consoleEdit({ scene }: Play): Promise<Chapter> {
  const before = await agentIn(scene, "staging", "billing");
  scene.staging.console.editAgent(before.id, { voice_speed: SPEED });
  scene.staging.console.editLlm(before.id, { general_prompt: promptOf(before.latest).replace(CONSOLE_HOURS.from, CONSOLE_HOURS.to) });
  const { latest } = await agentIn(scene, "staging", "billing");
  return {
    title: "Somebody edits an agent in the Retell console",
    told: "Nobody tells the team. In the console of staging, the billing agent now speaks faster and names another closing time.",
    exhibit: { caption: "Agent billing, in the console", text: `voice_speed: 1 → ${SPEED}\ngeneral_prompt: "… ${CONSOLE_HOURS.from}" → "… ${CONSOLE_HOURS.to}"` },
    runs: [],
    shown: [],
    claims: [claim("Retell holds values that are in no file", latest.agent["voice_speed"] === SPEED && promptOf(latest).includes(CONSOLE_HOURS.to))],
  };
}

async function inConflict(play: Play): Promise<{ readonly chapter: Chapter; readonly pullRequest: number }> {
  const { scene } = play;
  const { repository } = scene;
  const { pullRequest, check } = await openPullRequest(play, { title: "Open on Saturday", head: BRANCH, base: "staging", files: { [OPENING_HOURS.file]: OPENING_HOURS.after } });
  const comment = lastComment(scene, pullRequest);
  const chapter: Chapter = {
    title: "A pull request touches a shared section",
    told: `Dana adds Saturday to ${OPENING_HOURS.file}, which all three agents use. retell-validate.yml compares them with Retell and comments.`,
    runs: [check],
    shown: [comment],
    claims: [
      claim("The check fails, and names the agent in conflict", outcomeOf(check) === "conflicts" && check.conclusion === "failure" && comment.body.includes("`billing` is left alone")),
      claim("The two other agents would be deployed", comment.body.includes("2 agents updated")),
      claim("The required check is red on the pull request's head", repository.contextState(repository.pull(pullRequest).head.sha, CHECK) === "failing"),
      claim("The check wrote nothing to Retell", check.retell.writes === 0),
    ],
  };
  return { chapter, pullRequest };
}

/** One field each way: the console's speed is taken over, the console's closing time is not. */
async function decided({ scene, recorder }: Play, pullRequest: number): Promise<Chapter> {
  const { repository } = scene;
  const printed = overwriteFrom(lastComment(scene, pullRequest).body);
  const { "agent.voice_speed": _accepted, ...kept } = printed.fields;
  const overwrite = `${JSON.stringify({ ...printed, fields: kept }, null, 2)}\n`;
  const agent = (AGENT_FILES[BILLING] ?? "").replace('"voice_speed": 1,', `"voice_speed": ${SPEED},`);
  const files = { [BILLING]: agent, "agents/billing/overwrite.staging.json": overwrite };
  const check = only(await recorder.during(() => repository.commit({ branch: BRANCH, files, message: "Keep the faster voice, and our opening hours", author: "dana" })));
  const comment = lastComment(scene, pullRequest);
  return {
    title: "The conflict is resolved in the pull request",
    told: "The faster voice is welcome, the closing time was a mistake. Dana commits both decisions, each copied from the comment.",
    exhibit: {
      caption: "The commit",
      text: `agents/billing/agent.json: "voice_speed": ${SPEED}\nagents/billing/overwrite.staging.json:\n${overwrite.trimEnd()}`,
    },
    runs: [check],
    shown: [comment],
    claims: [
      claim("The check passes", outcomeOf(check) === "passed" && check.conclusion === "success"),
      claim("The same comment says so now; there is no second one", comment.edited && repository.commentsOf(pullRequest).length === 1 && comment.body.includes("Validation Passed")),
    ],
  };
}

async function merged(play: Play, pullRequest: number): Promise<Chapter> {
  const { scene } = play;
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const prompts = await Promise.all(AGENTS.map(async (name) => promptOf((await agentIn(scene, "staging", name)).latest)));
  const { latest: billing } = await agentIn(scene, "staging", "billing");
  return {
    title: "The merge deploys both decisions",
    told: "The push to staging starts retell-deploy-staging.yml.",
    runs: [deploy],
    shown: [],
    claims: [
      claim("The pull request was merged", answer.status === 200),
      claim("All three agents know about Saturday", outcomeOf(deploy) === "deployed" && prompts.every((prompt) => prompt.includes("Saturday"))),
      claim("Billing kept the faster voice and lost the wrong closing time", billing.agent["voice_speed"] === SPEED && !promptOf(billing).includes(CONSOLE_HOURS.to)),
      claim("Nobody was created twice", agentsIn(scene.staging) === AGENTS.length),
    ],
  };
}

/** The file that the comment prints for keeping Git's values. */
function overwriteFrom(body: string): { readonly deployed_at: string; readonly fields: Readonly<Record<string, unknown>> } {
  const block = /overwrite\.staging\.json`:\n\n```json\n([\s\S]*?)\n```/.exec(body)?.[1];
  if (block === undefined) throw new Error("The comment prints no overwrite.staging.json.");
  return JSON.parse(block) as { deployed_at: string; fields: Record<string, unknown> };
}
