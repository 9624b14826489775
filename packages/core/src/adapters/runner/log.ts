import * as core from "@actions/core";
import type { Position } from "../../errors.ts";
import type { Log } from "../../ports/runner.ts";
import { secretForms } from "./secret-forms.ts";

/** The runner cuts annotations at 4,096 characters. */
const LONGEST_ANNOTATION = 4000;

/** The job's log through workflow commands. Whatever text passes through it, it cannot become a command itself. */
export function createLog(): Log {
  return {
    info: (message) => core.info(inert(message)),
    debug: (message) => core.debug(message),
    notice: (message, position) => core.notice(cut(message), properties(position)),
    warning: (message, position) => core.warning(cut(message), properties(position)),
    error: (message, position) => core.error(cut(message), properties(position)),
    group: (title, body) => core.group(inert(title), body),
    mask: (value) => {
      for (const form of secretForms(value)) core.setSecret(form);
    },
  };
}

/**
 * Text that the runner does not read as a command: it takes lines that start with `::` after white space, and the old
 * `##[` anywhere in a line (runner source, `ActionCommand.cs`). A zero-width space breaks both.
 */
export function inert(text: string): string {
  return text.replace(/(^|[\r\n])(\s*):(?=:)/g, "$1$2:\u200B").replaceAll("##[", "##\u200B[");
}

function cut(message: string): string {
  return message.length > LONGEST_ANNOTATION ? `${message.slice(0, LONGEST_ANNOTATION)}… (cut; see the job summary)` : message;
}

function properties(position: Position | undefined): core.AnnotationProperties {
  if (position === undefined) return {};
  return {
    file: position.file,
    ...(position.line === undefined ? {} : { startLine: position.line }),
    ...(position.column === undefined ? {} : { startColumn: position.column }),
  };
}
