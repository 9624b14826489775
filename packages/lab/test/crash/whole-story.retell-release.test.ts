import { proveStories } from "./matrix.ts";
import { RELEASE } from "./stories.ts";

proveStories(RELEASE);
