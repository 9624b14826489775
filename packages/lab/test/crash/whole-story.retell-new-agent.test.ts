import { proveStories } from "./matrix.ts";
import { NEW_AGENT } from "./stories.ts";

proveStories(NEW_AGENT);
