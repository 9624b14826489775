import { proveStories } from "./matrix.ts";
import { PRODUCTION } from "./stories.ts";

proveStories(PRODUCTION);
