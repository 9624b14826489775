/** A pull request and somebody at the console change different fields of one agent, and nobody has to step in. */
import { claim, type Chapter } from "../chapter.ts";
import { KEEP_SETTING } from "../keep-setting.ts";
import { agentIn, askedOf, checkComment, description, filesOf } from "../look.ts";
import { detectDrift, driftOf, merge, only, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, FASTER, HELLO } from "../project.ts";
import { outcomeOf } from "../record.ts";

/** The deploy of both, and the drift pull request that brings the console's field into Git. */
export async function keep(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  add(await bothDeployed(play));
  add(await broughtIntoGit(play));
}

async function bothDeployed(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const { id } = await agentIn(scene, "staging", FASTER.agent);
  scene.staging.console.editAgent(id, { voice_speed: FASTER.to });
  const text = (AGENT_FILES[HELLO.file] ?? "").replace(HELLO.from, HELLO.to);
  const { pullRequest, check } = await openPullRequest(play, { title: "A friendlier billing", head: "friendlier-billing", base: "staging", files: { [HELLO.file]: text } });
  const comment = checkComment(scene, pullRequest);
  const before = scene.retell.requests.length;
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const sent = askedOf(scene, before, scene.staging).writes;
  const { latest } = await agentIn(scene, "staging", FASTER.agent);
  return {
    title: "Two people change different fields of one agent",
    told: "Here on-console-edit is keep for staging, in two workflows. Somebody lets the billing agent speak faster, in the console and without a word. Dana changes its greeting in a pull request.",
    exhibit: { caption: "The setting and the edits", text: `${KEEP_SETTING}\nIn the console: voice_speed ${FASTER.from} → ${FASTER.to}\nIn the pull request: begin_message "… ${HELLO.from}" → "… ${HELLO.to}"` },
    runs: [check, deploy],
    shown: [comment],
    claims: [
      claim("The check passes, and its comment says that the console's field is kept", outcomeOf(check) === "passed" && comment.body.includes(`the console's \`${FASTER.field}\` is kept`) && comment.body.includes(`| \`${FASTER.field}\` | console; kept |`)),
      claim("The merge is deployed, and nobody was asked", answer.status === 200 && outcomeOf(deploy) === "deployed" && deploy.conclusion === "success"),
      claim("Retell holds both: Dana's greeting, and the faster voice", String(latest.engine?.["begin_message"]).endsWith(HELLO.to) && latest.agent["voice_speed"] === FASTER.to),
      claim("No request sent a speed to Retell", sent.length > 0 && !JSON.stringify(sent.map(({ body }) => body)).includes("voice_speed")),
      claim("The faster voice is in no file yet", (await repository.readFile("refs/heads/staging", FASTER.file))?.includes(`"voice_speed": ${FASTER.from},`) === true),
    ],
  };
}

async function broughtIntoGit(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const deployed = (await repository.readFile("refs/heads/staging", FASTER.file)) ?? "";
  const detection = await detectDrift(play);
  const pullRequest = driftOf(play, "staging");
  const files = await filesOf(scene, pullRequest);
  const before = scene.staging.snapshot();
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const adopted = await repository.readFile("refs/heads/staging", FASTER.file);
  return {
    title: "The console's field comes into Git",
    told: "The clock starts the detection. Dana reads what somebody did, finds it good, and merges.",
    runs: [detection, deploy],
    shown: [description(scene, pullRequest)],
    claims: [
      claim("One pull request, to staging, for one file", outcomeOf(detection) === "drift-detected" && repository.pull(pullRequest).base.ref === "staging" && files.join() === FASTER.file),
      claim("Only the speed has moved in it; Dana's greeting stays", adopted === deployed.replace(`"voice_speed": ${FASTER.from},`, `"voice_speed": ${FASTER.to},`) && adopted.includes(HELLO.to)),
      claim("The deploy of it writes nothing to Retell, which has it already", answer.status === 200 && outcomeOf(deploy) === "unchanged" && deploy.retell.writes === 0 && JSON.stringify(before) === JSON.stringify(scene.staging.snapshot())),
    ],
  };
}
