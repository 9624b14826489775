/** A text as one word of a POSIX shell, for commands that people copy. Names of branches may hold `$`, `;` and quotes. */
export function shellWord(text: string): string {
  return /^[\w./@%+:=,-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
