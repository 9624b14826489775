import { startWorkflowScene, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { storyOf, type Chapter, type PostedComment, type Story } from "./chapter.ts";
import { CONSOLE_HOURS, OPENING_HOURS, PROJECT } from "./project.ts";
import { record } from "./record.ts";

/** Answers of the demo's Retell take this long, as over a real line. */
const LATENCY_MS = 50;
const CHECK = "Validate & Check Conflicts";
const SPEED = 1.15;
const BRANCH = "saturday-hours";

export const TITLE = "Three agents, one console edit, one pull request";

/** Plays the story from the first deploy to an idle rerun, on the lab's services and the built actions. */
export async function playStory(onChapter: (chapter: Chapter, number: number) => void = () => undefined): Promise<Story> {
  const scene = await startWorkflowScene({ retell: { latencyMs: LATENCY_MS, seed: 7 } });
  const chapters: Chapter[] = [];
  const add = (chapter: Chapter): void => {
    chapters.push(chapter);
    onChapter(chapter, chapters.length);
  };
  try {
    add(await firstDeploy(scene));
    add(await consoleEdit(scene));
    const { chapter, pullRequest } = await openPullRequest(scene);
    add(chapter);
    add(await decide(scene, pullRequest));
    add(await merge(scene, pullRequest));
    add(await runAgain(scene));
    return storyOf({ title: TITLE, repository: scene.repository.fullName, chapters });
  } finally {
    await scene.stop();
  }
}

async function firstDeploy(scene: WorkflowScene): Promise<Chapter> {
  const { repository } = scene;
  const run = await record(scene, () => repository.commit({ branch: "staging", files: PROJECT, message: "Three agents", author: "dana" }));
  repository.protectBranch("staging", { requiredStatusChecks: [CHECK] });
  return {
    title: "First deploy",
    told: "Dana pushes three voice agents to the branch staging. Each has a file of its own, and all three share two prompt sections.",
    exhibit: { caption: "The repository", text: Object.keys(PROJECT).sort().join("\n") },
    run,
    claims: [
      { text: "Three agents were created in Retell", held: run.outcome === "deployed" && agentsIn(scene) === 3 },
      { text: "What was deployed is recorded on the branch retell/state/staging", held: (await stateOf(scene, "billing")) !== undefined },
    ],
  };
}

async function consoleEdit(scene: WorkflowScene): Promise<Chapter> {
  const { agentId, prompt } = await live(scene, "billing");
  scene.staging.console.editAgent(agentId, { voice_speed: SPEED });
  scene.staging.console.editLlm(agentId, { general_prompt: prompt.replace(CONSOLE_HOURS.from, CONSOLE_HOURS.to) });
  const after = await live(scene, "billing");
  return {
    title: "Somebody edits an agent in the Retell console",
    told: "Nobody tells the team. In the console, the billing agent now speaks faster and names another closing time.",
    exhibit: { caption: "Agent billing, in the console", text: `voice_speed: 1 → ${SPEED}\ngeneral_prompt: "… ${CONSOLE_HOURS.from}" → "… ${CONSOLE_HOURS.to}"` },
    claims: [{ text: "Retell holds values that are in no file", held: after.speed === SPEED && after.prompt.includes(CONSOLE_HOURS.to) }],
  };
}

async function openPullRequest(scene: WorkflowScene): Promise<{ readonly chapter: Chapter; readonly pullRequest: number }> {
  const { repository } = scene;
  await repository.commit({ branch: BRANCH, parent: "staging", files: { [OPENING_HOURS.file]: OPENING_HOURS.after }, message: "Open on Saturday", author: "dana" });
  let pullRequest = 0;
  const run = await record(scene, async () => {
    pullRequest = (await repository.openPullRequest({ head: BRANCH, base: "staging", title: "Open on Saturday", user: "dana" })).number;
  });
  const comment = lastComment(scene, pullRequest);
  const attempt = await scene.person.merge(pullRequest);
  const chapter: Chapter = {
    title: "A pull request touches a shared section",
    told: `Dana adds Saturday to ${OPENING_HOURS.file}, which all three agents use. retell-validate.yml compares them with Retell and comments.`,
    run,
    comment,
    claims: [
      { text: "The check fails, and names the agent in conflict", held: run.outcome === "conflicts" && run.conclusion === "failure" && comment.body.includes("`billing` is left alone") },
      { text: "The two other agents would be deployed", held: comment.body.includes("2 agents updated") },
      { text: `The merge button is closed: ${attempt.message}`, held: attempt.status >= 400 && attempt.message.includes(CHECK) },
      { text: "The check wrote nothing to Retell", held: run.retell.writes === 0 },
    ],
  };
  return { chapter, pullRequest };
}

/** One field each way: the console's speed is taken over, the console's closing time is not. */
async function decide(scene: WorkflowScene, pullRequest: number): Promise<Chapter> {
  const { repository } = scene;
  const printed = overwriteFrom(lastComment(scene, pullRequest).body);
  const { "agent.voice_speed": _accepted, ...kept } = printed.fields;
  const overwrite = `${JSON.stringify({ ...printed, fields: kept }, null, 2)}\n`;
  const path = "agents/billing/agent.json";
  const agent = (PROJECT[path] ?? "").replace('"voice_speed": 1,', `"voice_speed": ${SPEED},`);
  const files = { [path]: agent, "agents/billing/overwrite.staging.json": overwrite };
  const run = await record(scene, () => repository.commit({ branch: BRANCH, files, message: "Keep the faster voice, and our opening hours", author: "dana" }));
  const comment = lastComment(scene, pullRequest);
  return {
    title: "The conflict is resolved in the pull request",
    told: "The faster voice is welcome, the closing time was a mistake. Dana commits both decisions, each copied from the comment.",
    exhibit: {
      caption: "The commit",
      text: `agents/billing/agent.json: "voice_speed": ${SPEED}\nagents/billing/overwrite.staging.json:\n${overwrite.trimEnd()}`,
    },
    run,
    comment,
    claims: [
      { text: "The check passes", held: run.outcome === "passed" && run.conclusion === "success" },
      { text: "The same comment says so now; there is no second one", held: comment.edited && repository.commentsOf(pullRequest).length === 1 && comment.body.includes("Validation Passed") },
    ],
  };
}

async function merge(scene: WorkflowScene, pullRequest: number): Promise<Chapter> {
  let status = 0;
  const run = await record(scene, async () => {
    status = (await scene.person.merge(pullRequest)).status;
  });
  const billing = await live(scene, "billing");
  const hours = await Promise.all(["billing", "emergency", "front-desk"].map(async (name) => (await live(scene, name)).prompt.includes("Saturday")));
  return {
    title: "The merge deploys",
    told: "The merge button is open, and the push to staging starts retell-deploy-staging.yml.",
    run,
    claims: [
      { text: "The pull request was merged", held: status === 200 },
      { text: "All three agents know about Saturday", held: run.outcome === "deployed" && hours.every(Boolean) },
      { text: "Billing kept the faster voice and lost the wrong closing time", held: billing.speed === SPEED && !billing.prompt.includes(CONSOLE_HOURS.to) },
      { text: "Nobody was created twice", held: agentsIn(scene) === 3 },
    ],
  };
}

async function runAgain(scene: WorkflowScene): Promise<Chapter> {
  const { repository, staging } = scene;
  const before = { tip: await repository.tip("retell/state/staging"), picture: JSON.stringify(staging.snapshot()) };
  const run = await record(scene, () => scene.person.dispatch("retell-deploy-staging.yml", { branch: "staging" }));
  return {
    title: "A second run writes nothing",
    told: 'Dana presses "Run workflow" once more.',
    run,
    claims: [
      { text: "Nothing was written to Retell or to GitHub", held: run.outcome === "unchanged" && run.retell.writes === 0 && run.github.writes === 0 },
      { text: "Agents and recorded state are what they were", held: before.tip === (await repository.tip("retell/state/staging")) && before.picture === JSON.stringify(staging.snapshot()) },
      { text: "In all of the story, every request to GitHub agreed with GitHub's published schemas", held: scene.github.violations.length === 0 },
    ],
  };
}

interface RecordedState {
  readonly agent_id: string;
}

async function stateOf(scene: WorkflowScene, agent: string): Promise<RecordedState | undefined> {
  const text = await scene.repository.readFile("refs/heads/retell/state/staging", `agents/${agent}/staging.json`);
  return text === undefined ? undefined : (JSON.parse(text) as RecordedState);
}

function agentsIn(scene: WorkflowScene): number {
  return scene.staging.snapshot().agents.length;
}

/** What Retell holds, found by the id that the suite recorded. */
async function live(scene: WorkflowScene, name: string): Promise<{ readonly agentId: string; readonly speed: unknown; readonly prompt: string }> {
  const agentId = (await stateOf(scene, name))?.agent_id;
  if (agentId === undefined) throw new Error(`No state was recorded for ${name}.`);
  const { latest } = scene.staging.agent(agentId);
  return { agentId, speed: latest.agent["voice_speed"], prompt: String(latest.engine?.["general_prompt"]) };
}

function lastComment({ repository }: WorkflowScene, pullRequest: number): PostedComment {
  const comment = repository.commentsOf(pullRequest).at(-1);
  if (comment === undefined) throw new Error(`There is no comment on pull request ${pullRequest}.`);
  return { author: comment.user.login, pullRequest, body: comment.body, edited: comment.edits > 0 };
}

/** The file that the comment prints for keeping Git's values. */
function overwriteFrom(body: string): { readonly deployed_at: string; readonly fields: Readonly<Record<string, unknown>> } {
  const block = /overwrite\.staging\.json`:\n\n```json\n([\s\S]*?)\n```/.exec(body)?.[1];
  if (block === undefined) throw new Error("The comment prints no overwrite.staging.json.");
  return JSON.parse(block) as { deployed_at: string; fields: Record<string, unknown> };
}
