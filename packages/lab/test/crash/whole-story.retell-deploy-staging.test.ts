import { proveStories } from "./matrix.ts";
import { STAGING } from "./stories.ts";

proveStories(STAGING);
