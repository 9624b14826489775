import { z } from "zod";

/** The id of a git object as GitHub's answers have it. */
export const shaSchema = z.string().regex(/^[0-9a-f]{40,64}$/);
