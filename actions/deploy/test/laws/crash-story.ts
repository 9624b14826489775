import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

/** How long Retell's clock is behind. GitHub tells the end of a run in whole seconds; a real run ends a while after its last write. */
const CLOCK_BEHIND_MS = 2_000;

const BASE = sampleFiles({
  // Edited in place: agent and engine.
  beta: { agent: { voice_speed: 1.1 }, llm: { model_temperature: 0.2 }, sections: ["shared/greeting", "beta/task"] },
  // Published in the console after the first deployment: needs a new version.
  gamma: { agent: { webhook_url: "https://example.com/hook" }, sections: ["shared/greeting"] },
  // Changed by nothing but the shared section.
  delta: {},
});
BASE["prompts/beta/task.txt"] = "Sell chairs.\n";

const CHANGE: Record<string, string> = {
  "agents/alpha/agent.json": agentFile("alpha", { agent: { voice_speed: 0.9 }, llm: { begin_message: "Hi,  there" }, sections: ["shared/greeting"] }),
  "agents/beta/agent.json": agentFile("beta", { agent: { voice_speed: 1.24 }, llm: { model_temperature: 0.44 }, sections: ["shared/greeting", "beta/task"] }),
  "agents/gamma/agent.json": agentFile("gamma", { agent: { webhook_url: "https://example.com/hook2", language: "en-GB" } }),
  "prompts/shared/greeting.txt": "Good morning, how can I help you?  \n",
};

const FURTHER: Record<string, string> = {
  "agents/alpha/agent.json": agentFile("alpha", { agent: { voice_speed: 1.3 }, llm: { begin_message: "Hello" }, sections: ["shared/greeting"] }),
  "agents/beta/agent.json": agentFile("beta", { agent: { voice_speed: 1.24, interruption_sensitivity: 0.8 }, llm: { model_temperature: 0.6 }, sections: ["shared/greeting", "beta/task"] }),
  "prompts/shared/greeting.txt": "Good evening, how can I help you?\n",
};

/** A workspace in which a deployment is about to create, to edit in place, and to fork a published version. */
export interface CrashStory {
  readonly scene: Scene;
  /** Commits one step further on the branch, as a colleague's merge does. */
  commitFurther(): Promise<void>;
  /** Moves Retell's clock behind GitHub's to the present: what happens from now on is after the end of all runs so far. */
  passTime(): void;
  stop(): Promise<void>;
}

/** Tells the story up to the moment before the deployment. */
export async function startCrashStory(seed: number): Promise<CrashStory> {
  let behind = CLOCK_BEHIND_MS;
  const scene = await startScene({ files: BASE, retell: { seed, now: () => Date.now() - behind } });
  try {
    await prepare(scene);
  } catch (error) {
    await scene.stop();
    throw error;
  }
  return {
    scene,
    commitFurther: async () => void (await scene.repository.commit({ branch: "staging", files: FURTHER, message: "Go on" })),
    passTime: () => {
      behind = -CLOCK_BEHIND_MS;
    },
    stop: () => scene.stop(),
  };
}

async function prepare(scene: Scene): Promise<void> {
  const first = await scene.deploy();
  if (first.outputs["outcome"] !== "deployed") throw new Error(`The first deployment failed:\n${first.log}`);
  scene.staging.console.publish(agentNamed(scene.staging, "gamma").id, 0);
  await scene.repository.commit({ branch: "staging", files: CHANGE, message: "Change everything" });
  scene.faults.reset();
}

/** What the workspace and its recorded state hold, comparable between scenes. */
export interface FinalPicture {
  readonly retell: unknown;
  readonly state: Record<string, unknown>;
  readonly comments: readonly string[];
}

/** Ids, commits, runs and times are replaced; everything else must be the same whatever happened on the way. */
export async function finalPicture(scene: Scene): Promise<FinalPicture> {
  const commits = (await scene.repository.log("staging")).map(({ sha }) => sha).reverse();
  const neutral = (text: string): string => {
    let result = text;
    commits.forEach((sha, index) => {
      result = result.replaceAll(sha, `<commit ${index}>`).replaceAll(sha.slice(0, 7), `<commit ${index}>`);
    });
    return result.replaceAll(String(scene.repository.id), "<repository>").replace(/\b(agent|llm|conversation_flow_component|conversation_flow|knowledge_base|source)_[0-9a-f]{12,28}\b/g, "<$1>");
  };
  const state: Record<string, unknown> = {};
  for (const path of await scene.repository.files("retell/state/staging")) {
    const text = (await scene.repository.readFile("retell/state/staging", path)) ?? "";
    const file = JSON.parse(neutral(text)) as Record<string, unknown>;
    for (const key of ["workflow_run_id", "deployed_at", "salt"]) if (key in file) file[key] = `<${key}>`;
    // Only saves reads, and holds times of Retell.
    delete file["last_change"];
    state[path] = file;
  }
  return { retell: JSON.parse(neutral(JSON.stringify(scene.staging.snapshot()))) as unknown, state, comments: scene.repository.comments.map(({ body }) => neutral(body)) };
}
