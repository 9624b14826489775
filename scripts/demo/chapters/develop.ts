import { claim, type Chapter } from "../chapter.ts";
import { lastComment, projectAt } from "../look.ts";
import { merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, AGENTS } from "../project.ts";
import { outcomeOf } from "../record.ts";

/** Three agents as files, in a pull request that is checked without any key. */
export async function develop(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { pullRequest, check } = await openPullRequest(play, { title: "Three agents", head: "three-agents", base: "develop", files: AGENT_FILES });
  const comment = lastComment(scene, pullRequest);
  const { answer, runs } = await merge(play, pullRequest);
  const push = only(runs);
  const project = await projectAt(scene, "develop");
  return {
    title: "Three agents become files",
    told: "Dana writes three voice agents that share two prompt sections, and opens a pull request to develop. Nothing is deployed from there, so the check needs no key: it looks at the files.",
    exhibit: { caption: "The pull request", text: Object.keys(AGENT_FILES).sort().join("\n") },
    runs: [check, push],
    shown: [{ ...comment, brief: true }],
    claims: [
      claim("The check says what it has not looked at: passed, files only", outcomeOf(check) === "passed-offline" && comment.body.includes("files only")),
      claim("Retell was asked nothing", scene.retell.requests.length === 0),
      claim("The pull request was merged, and the push to develop is checked again", answer.status === 200 && outcomeOf(push) === "passed-offline"),
      claim("All files are valid for both workspaces", project.problems.length === 0 && ["staging", "production"].every((workspace) => project.desired.get(workspace)?.size === AGENTS.length)),
    ],
  };
}
