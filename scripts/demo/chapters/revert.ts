/** A bad prompt goes the ordinary way to callers, and comes back by a revert that needs no detour. */
import { claim, type Chapter } from "../chapter.ts";
import { inClone } from "../clone.ts";
import { agentIn, contains, lastComment, notPublishedAsInGit, promptOf } from "../look.ts";
import { approveProduction, merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, CARD_NUMBERS } from "../project.ts";
import { jobNamed, outcomeOf } from "../record.ts";

const BRANCH = "revert-card-numbers";

/** A change that passes every check and is wrong all the same. */
export async function badChange(play: Play): Promise<Chapter> {
  const { scene } = play;
  const text = (AGENT_FILES[CARD_NUMBERS.file] ?? "").replace(CARD_NUMBERS.from, CARD_NUMBERS.to);
  const first = await openPullRequest(play, { title: "Faster billing", head: "faster-billing", base: "staging", files: { [CARD_NUMBERS.file]: text } });
  const toStaging = await merge(play, first.pullRequest);
  const second = await openPullRequest(play, { title: "Faster billing for callers", head: "staging", base: "production" });
  await merge(play, second.pullRequest);
  const { runs } = await approveProduction(play);
  const prompt = promptOf((await agentIn(scene, "production", CARD_NUMBERS.agent)).latestPublished);
  const all = [first.check, ...toStaging.runs, second.check, ...runs];
  return {
    title: "A bad prompt reaches callers",
    told: "Somebody drops a word, and the billing agent now asks for card numbers. Staging, production, approval: nobody notices, and no check can.",
    exhibit: { caption: CARD_NUMBERS.file, text: `- ${CARD_NUMBERS.from}\n+ ${CARD_NUMBERS.to}` },
    runs: all,
    shown: [],
    claims: [
      claim("Every run was green", all.every(({ conclusion }) => conclusion === "success")),
      claim("Callers of billing are asked for card numbers", prompt.includes(CARD_NUMBERS.to) && !prompt.includes(CARD_NUMBERS.from)),
    ],
  };
}

/** The revert, straight to production and from there back. */
export async function reverted(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const mergeCommit = await repository.tip("production");
  const versions = (await agentIn(scene, "production", CARD_NUMBERS.agent)).versions.length;
  const commands = [
    ["switch", "-c", BRANCH, "origin/production"],
    ["revert", "--no-edit", "-m", "1", mergeCommit],
    ["push", "-u", "origin", BRANCH],
  ];
  await inClone(scene, commands);
  const { pullRequest, check } = await openPullRequest(play, { title: "Never take card numbers", head: BRANCH, base: "production" });
  const comment = lastComment(scene, pullRequest);
  const stagingIsBad = promptOf((await agentIn(scene, "staging", CARD_NUMBERS.agent)).latest).includes(CARD_NUMBERS.to);
  const { answer } = await merge(play, pullRequest);
  const { production: run, staging, runs } = await approveProduction(play);
  const billing = await agentIn(scene, "production", CARD_NUMBERS.agent);
  const synced = await Promise.all(["staging", "develop"].map((branch) => contains(scene, branch, "production")));
  const texts = await Promise.all(["staging", "develop"].map((branch) => repository.readFile(`refs/heads/${branch}`, CARD_NUMBERS.file)));
  return {
    title: "The revert goes straight to production",
    told: "Dana reverts the merge on a branch of production. The gate of staging lets it pass, since production had this content before.",
    exhibit: { caption: "Dana's terminal", text: commands.map((words) => `git ${words.join(" ").replace(mergeCommit, mergeCommit.slice(0, 7))}`).join("\n") },
    runs: [check, ...runs],
    shown: [{ ...comment, brief: true }],
    claims: [
      claim("The check passes while staging still has the bad prompt", outcomeOf(check) === "passed" && stagingIsBad && answer.status === 200),
      claim("Deployed and published after Rosa's yes: callers are safe again", jobNamed(run, "Deploy to production").outcomes.join() === "deployed,published" && promptOf(billing.latestPublished).includes(CARD_NUMBERS.from) && (await notPublishedAsInGit(scene, "production")).length === 0),
      claim("It is a new version; none of the old ones was touched", billing.versions.length === versions + 1 && billing.versions.every(({ isPublished }) => isPublished)),
      claim("Staging and develop have the revert, so the next change does not bring the bad prompt back", synced.every(Boolean) && texts.every((text) => text?.includes(CARD_NUMBERS.from))),
      claim("Staging was deployed with it", outcomeOf(only(staging === undefined ? [] : [staging])) === "deployed" && promptOf((await agentIn(scene, "staging", CARD_NUMBERS.agent)).latest).includes(CARD_NUMBERS.from)),
    ],
  };
}
