import { proveStories } from "./matrix.ts";
import { DRIFT } from "./stories.ts";

proveStories(DRIFT);
