import { proveStories } from "./matrix.ts";
import { IMPORT } from "./stories.ts";

proveStories(IMPORT);
