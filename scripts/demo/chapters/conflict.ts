/** Somebody changes a line in the console of staging, and Dana the same one in a section that three agents use. */
import { claim, type Chapter } from "../chapter.ts";
import { agentIn, agentsIn, CHECK, checkComment, commandIn, commitOn, projectAt, promptOf } from "../look.ts";
import { command, merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENTS, OFFICE_HOURS, OPENING_HOURS } from "../project.ts";
import { jobNamed, outcomeOf } from "../record.ts";

const BRANCH = "saturday-hours";

/** The conflict, the decision for the console's side, and its deploy. */
export async function conflict(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  const { chapter, pullRequest } = await inConflict(play);
  add(chapter);
  add(await decided(play, pullRequest));
}

async function inConflict(play: Play): Promise<{ readonly chapter: Chapter; readonly pullRequest: number }> {
  const { scene } = play;
  const { repository } = scene;
  const agent = await agentIn(scene, "staging", OFFICE_HOURS.agent);
  scene.staging.console.editLlm(agent.id, { general_prompt: promptOf(agent.latest).replace(OFFICE_HOURS.from, OFFICE_HOURS.to) });
  const { pullRequest, check } = await openPullRequest(play, { title: "Open on Saturday", head: BRANCH, base: "staging", files: { [OPENING_HOURS.file]: OPENING_HOURS.after } });
  const comment = checkComment(scene, pullRequest);
  const chapter: Chapter = {
    title: "The same line, changed on both sides",
    told: `Somebody tells the billing agent in the console that its office closes at six. Dana adds Saturday to the same line of ${OPENING_HOURS.file}.`,
    exhibit: { caption: "In the console, and in the pull request", text: `${OFFICE_HOURS.agent}: "… ${OFFICE_HOURS.from}" → "… ${OFFICE_HOURS.to}"\n${OPENING_HOURS.file}: "… 5 pm." → "… 5 pm${OPENING_HOURS.added}."` },
    runs: [check],
    shown: [{ ...comment, brief: true }],
    claims: [
      claim("The check fails, and names the agent in conflict", outcomeOf(check) === "conflicts" && check.conclusion === "failure" && comment.body.includes("`billing` is left alone")),
      claim("The comment shows both edits of the line", [`{+${OPENING_HOURS.added}+}`, "9 am to [-5-]{+6+} pm"].every((text) => comment.body.includes(text))),
      claim("It names the agents that use the same section", comment.body.includes("also used by `emergency` and `front-desk`")),
      claim("The required check is red on the pull request's head", repository.contextState(repository.pull(pullRequest).head.sha, CHECK) === "failing"),
    ],
  };
  return { chapter, pullRequest };
}

async function decided(play: Play, pullRequest: number): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const before = (await agentIn(scene, "staging", OFFICE_HOURS.agent)).latest;
  const line = commandIn(checkComment(scene, pullRequest).body, `use-console staging ${OFFICE_HOURS.agent}`);
  const done = await command(play, pullRequest, line);
  const head = repository.pull(pullRequest).head.sha;
  const [commit, shared, own] = await Promise.all([commitOn(scene, BRANCH), repository.readFile(head, OPENING_HOURS.file), repository.readFile(head, OFFICE_HOURS.file)]);
  const isGreen = repository.isContextGreen(head, CHECK);
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const after = (await agentIn(scene, "staging", OFFICE_HOURS.agent)).latest;
  const { desired } = await projectAt(scene, "staging");
  const others = await Promise.all(AGENTS.filter((name) => name !== OFFICE_HOURS.agent).map(async (name) => promptOf((await agentIn(scene, "staging", name)).latest)));
  return {
    title: "A comment takes the console's side",
    told: "The billing office really has hours of its own. Dana decides so by a comment, and merges.",
    runs: [done.run, deploy],
    shown: [done.asked, commit, done.answer],
    claims: [
      claim("The command is answered, and the check of the new head is green", outcomeOf(done.run) === "resolved" && done.answer.body.includes("✅ Decided") && jobNamed(done.run, "Carry out commands").outputs["check"] === "passed" && isGreen),
      claim("The billing agent got its own copy of the section; the shared one is as Dana wrote it", own === OPENING_HOURS.before.replace(OFFICE_HOURS.from, OFFICE_HOURS.to) && shared === OPENING_HOURS.after),
      claim("The answer says so", done.answer.body.includes(`copied to \`${OFFICE_HOURS.file}\``)),
      claim("The deploy is clean", answer.status === 200 && outcomeOf(deploy) === "deployed" && deploy.conclusion === "success"),
      claim("Billing was not written: it is as the console left it, and as the files say", JSON.stringify(before) === JSON.stringify(after) && desired.get("staging")?.get(OFFICE_HOURS.agent)?.content.llm?.["general_prompt"] === promptOf(after)),
      claim("The two other agents know about Saturday", others.length === 2 && others.every((prompt) => prompt.includes("Saturday"))),
      claim("Nobody was created twice", agentsIn(scene.staging) === AGENTS.length),
    ],
  };
}
