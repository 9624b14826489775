import type { Target } from "./target.ts";
import { ANSWER_TARGETS } from "./targets/answers.ts";
import { COMMENT_TARGETS } from "./targets/comments.ts";
import { JOB_TARGETS } from "./targets/job.ts";
import { JSON_TARGETS } from "./targets/json.ts";
import { NEW_AGENT_TARGETS } from "./targets/new-agents.ts";
import { FILE_TARGETS, PROJECT_TARGET } from "./targets/project.ts";
import { STATE_TARGETS } from "./targets/states.ts";
import { TEXT_TARGETS } from "./targets/texts.ts";

/** Everything in the suite that reads a text of somebody else. */
export const TARGETS: readonly Target[] = [...JSON_TARGETS, ...FILE_TARGETS, PROJECT_TARGET, ...STATE_TARGETS, ...COMMENT_TARGETS, ...JOB_TARGETS, ...NEW_AGENT_TARGETS, ...ANSWER_TARGETS, ...TEXT_TARGETS];
