import { checkFlowTogether } from "./check-flow-together.ts";
import { checkLlmTogether } from "./check-llm-together.ts";
import { checkSpeechToText } from "./check-speech-to-text.ts";
import type { FieldKind } from "./field-schema.ts";
import type { Together } from "./together.ts";

/** Rules that speak of several fields at once. Each holds back where its fields do not have their proper types. */
export function checkTogether(kind: FieldKind, document: Together): void {
  switch (kind) {
    case "agent":
      checkSpeechToText(document, "agent");
      break;
    case "llm":
      checkLlmTogether(document);
      break;
    case "flow":
    case "component":
      checkFlowTogether(kind, document);
      break;
    case "chat":
      break;
  }
}
