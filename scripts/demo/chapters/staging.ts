import { claim, type Chapter } from "../chapter.ts";
import { agentIn, agentsIn, lastComment, recordedId } from "../look.ts";
import { merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENTS } from "../project.ts";
import { outcomeOf } from "../record.ts";

/** The agents are compared with the workspace staging, and made there by the merge. */
export async function staging(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { pullRequest, check } = await openPullRequest(play, { title: "Three agents for staging", head: "develop", base: "staging" });
  const comment = lastComment(scene, pullRequest);
  const empty = agentsIn(scene.staging) === 0;
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const recorded = await Promise.all(AGENTS.map((name) => recordedId(scene, "staging", name)));
  const pictures = await Promise.all(AGENTS.map((name) => agentIn(scene, "staging", name)));
  return {
    title: "The merge to staging deploys",
    told: "A pull request from develop to staging is compared with the Retell workspace that staging deploys to. Its merge is a push, and the push deploys.",
    runs: [check, deploy],
    shown: [{ ...comment, brief: true }],
    claims: [
      claim("The check passes, announces three new agents, and writes nothing to Retell", outcomeOf(check) === "passed" && comment.body.includes("3 agents created") && check.retell.writes === 0 && empty),
      claim("The merge made three agents in Retell", answer.status === 200 && outcomeOf(deploy) === "deployed" && agentsIn(scene.staging) === 3),
      claim("What was deployed is recorded on the branch retell/state/staging", recorded.every((id) => id !== undefined)),
      claim("Staging gets drafts; nothing is published there", pictures.every(({ latestPublished }) => latestPublished === undefined)),
    ],
  };
}
