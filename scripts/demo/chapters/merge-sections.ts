/** Dana changes one section of a prompt, somebody at the console another one: a comment merges them. */
import { claim, type Chapter } from "../chapter.ts";
import { agentIn, askedOf, CHECK, checkComment, commandIn, commitOn, projectAt, promptOf } from "../look.ts";
import { command, merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, AGENTS, APPOINTMENT, MANNER } from "../project.ts";
import { jobNamed, outcomeOf } from "../record.ts";

const BRANCH = "upset-callers";
/** The section of one agent as the console has it. */
const OWN_SECTION = (AGENT_FILES[APPOINTMENT.file] ?? "").replace(APPOINTMENT.from, APPOINTMENT.to);

/** The conflict, and its end by a comment. */
export async function mergeSections(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  const { chapter, pullRequest } = await inConflict(play);
  add(chapter);
  add(await merged(play, pullRequest));
}

async function inConflict(play: Play): Promise<{ readonly chapter: Chapter; readonly pullRequest: number }> {
  const { scene } = play;
  const { repository } = scene;
  const agent = await agentIn(scene, "staging", APPOINTMENT.agent);
  scene.staging.console.editLlm(agent.id, { general_prompt: promptOf(agent.latest).replace(APPOINTMENT.from, APPOINTMENT.to) });
  const { pullRequest, check } = await openPullRequest(play, { title: "Apologise to upset callers", head: BRANCH, base: "staging", files: { [MANNER.file]: MANNER.after } });
  const comment = checkComment(scene, pullRequest);
  const chapter: Chapter = {
    title: "One prompt, changed on both sides",
    told: `Somebody lets the front desk ask for the hour too. In the console its prompt is one text. Dana changes ${MANNER.file}, a section that all three agents use.`,
    exhibit: { caption: "In the console, and in the pull request", text: `${APPOINTMENT.agent}: "… ${APPOINTMENT.from}" → "… ${APPOINTMENT.to}"\n${MANNER.file}: + ${MANNER.after.split("\n")[1] ?? ""}` },
    runs: [check],
    shown: [comment],
    claims: [
      claim("The check fails, and names the agent in conflict", outcomeOf(check) === "conflicts" && check.conclusion === "failure" && comment.body.includes("`front-desk` is left alone")),
      claim("The two other agents would be deployed", comment.body.includes("2 agents updated")),
      claim("The required check is red on the pull request's head", repository.contextState(repository.pull(pullRequest).head.sha, CHECK) === "failing"),
      claim("The comment has commands to copy, each with the digest of what Retell holds", ["use-git", "use-console", "merge"].every((verb) => /@[0-9a-f]{12}$/.test(commandIn(comment.body, `${verb} staging ${APPOINTMENT.agent}`)))),
      claim("The check wrote nothing to Retell", check.retell.writes === 0),
    ],
  };
  return { chapter, pullRequest };
}

async function merged(play: Play, pullRequest: number): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const line = commandIn(checkComment(scene, pullRequest).body, `merge staging ${APPOINTMENT.agent}`);
  const asked = scene.retell.requests.length;
  const done = await command(play, pullRequest, line);
  const { keys } = askedOf(scene, asked, scene.staging);
  const head = repository.pull(pullRequest).head.sha;
  const [commit, shared, own] = await Promise.all([commitOn(scene, BRANCH), repository.readFile(head, MANNER.file), repository.readFile(head, APPOINTMENT.file)]);
  const isGreen = repository.isContextGreen(head, CHECK) && repository.checkRuns.every(({ headSha }) => headSha !== head);
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const { latest } = await agentIn(scene, "staging", APPOINTMENT.agent);
  const built = (await projectAt(scene, "staging")).desired.get("staging")?.get(APPOINTMENT.agent)?.content.llm?.["general_prompt"];
  return {
    title: "A comment merges the two sides",
    told: "Dana copies the third command out of the comment. retell-commands.yml carries it out, and then she merges.",
    runs: [done.run, deploy],
    shown: [done.asked, commit, done.answer, { ...checkComment(scene, pullRequest), brief: true }],
    claims: [
      claim("The command is seen, carried out and answered", outcomeOf(done.run) === "resolved" && done.asked.what.endsWith("👀 👍") && done.answer.body.includes("✅ Decided")),
      claim("Both files are right: the shared section is Dana's, the agent's own section is the console's", shared === MANNER.after && own === OWN_SECTION),
      claim("The check of the new head is green, though no workflow was started for it", isGreen && jobNamed(done.run, "Carry out commands").outputs["check"] === "passed" && checkComment(scene, pullRequest).body.includes("Validation Passed")),
      claim("No command writes to Retell: the key could not", done.run.retell.writes === 0 && keys.join() === "read"),
      claim("The merge deploys all three agents", answer.status === 200 && outcomeOf(deploy) === "deployed" && deploy.conclusion === "success" && updatedBy(deploy) === AGENTS.join()),
      claim("Retell holds the merged prompt, which is what the files build", built === promptOf(latest) && promptOf(latest).includes("apologise first") && promptOf(latest).includes(APPOINTMENT.to)),
    ],
  };
}

function updatedBy(deploy: Parameters<typeof jobNamed>[0]): string {
  return (JSON.parse(jobNamed(deploy, "Deploy to staging").outputs["updated"] ?? "[]") as string[]).sort().join();
}
