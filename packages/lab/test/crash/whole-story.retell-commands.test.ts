import { proveStories } from "./matrix.ts";
import { COMMANDS } from "./stories.ts";

proveStories(COMMANDS);
