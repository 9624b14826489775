import { ActionError } from "../../errors.ts";
import { suggest } from "../../schema/suggest.ts";
import type { Environment } from "./job-context.ts";
import { patternFault, splitPatterns } from "../../plan/match-agents.ts";
import { quoted } from "../../project/quoted.ts";

/**
 * The action's inputs. Every method returns a usable value and remembers what is wrong, so that all errors are shown
 * together by {@link InputReader.finish}. An empty input means its default, as with `${{ }}` of something absent.
 */
export class InputReader {
  readonly #environment: Environment;
  readonly #errors: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  string(name: string, options: { default?: string; required?: boolean } = {}): string {
    const value = this.#read(name);
    if (value === "" && options.required === true) this.reject(`${name} is missing. Add it under with:.`);
    return value === "" ? (options.default ?? "") : value;
  }

  /** A text that the word `none` switches off: an empty input means its default, so "nothing" needs a word. */
  textOrNone(name: string, options: { default: string }): string | undefined {
    const value = this.string(name, options);
    return value === "none" ? undefined : value;
  }

  boolean(name: string, options: { default: boolean }): boolean {
    const value = this.#read(name);
    if (value === "") return options.default;
    if (/^(true|True|TRUE)$/.test(value)) return true;
    if (!/^(false|False|FALSE)$/.test(value)) this.reject(`${name} is ${JSON.stringify(value)}; it must be true or false.`);
    return false;
  }

  oneOf<const T extends string>(name: string, values: readonly T[], options: { default: T }): T {
    const value = this.#read(name);
    if (value === "") return options.default;
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const suggestion = suggest(value, values);
    this.reject(`${name} is ${JSON.stringify(value)}; it must be one of ${values.join(", ")}.${suggestion === undefined ? "" : ` Did you mean ${suggestion}?`}`);
    return options.default;
  }

  /** A whole number from 1, or from `minimum`. */
  positiveInteger(name: string, options: { default: number; minimum?: number; maximum?: number }): number {
    const value = this.#read(name);
    if (value === "") return options.default;
    const { minimum = 1, maximum = Number.MAX_SAFE_INTEGER } = options;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number;
    const range = options.maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    this.reject(`${name} is ${JSON.stringify(value)}; it must be a whole number ${range}.`);
    return options.default;
  }

  /** Patterns for {@link matchAgents}. */
  globs(name: string, options: { default: string }): string[] {
    const patterns = splitPatterns(this.#read(name) || options.default);
    for (const pattern of patterns) {
      const fault = patternFault(pattern);
      if (fault !== undefined) this.reject(`${name} has ${quoted(pattern)}, which ${fault}.`);
    }
    return patterns;
  }

  /** Remembers an error, such as two inputs that contradict each other. */
  reject(message: string): void {
    this.#errors.push(message);
  }

  /** Throws `invalid-input` with all errors, if there are any. */
  finish(): void {
    const [only] = this.#errors;
    if (only === undefined) return;
    const message = this.#errors.length === 1 ? only : this.#errors.map((error) => `- ${error}`).join("\n");
    throw new ActionError("invalid-input", this.#errors.length === 1 ? `Input ${message}` : `The inputs have ${this.#errors.length} errors:\n${message}`);
  }

  /** The runner turns blanks into `_`, keeps hyphens, and upper-cases (runner source). */
  #read(name: string): string {
    return (this.#environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();
  }
}
