/** Messages by `ParseErrorCode` of jsonc-parser (a const enum, which cannot be imported here). */
const MESSAGES: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  1: ["This is not a JSON value", "Texts need double quotes; the only bare words are true, false and null."],
  2: ["This is not a JSON number", "Write numbers like 0.5, -1 or 1e3."],
  3: ["A key in double quotes is expected", "Write keys like \"voice_id\"; after the last member there is no comma."],
  4: ["A value is expected", "Add the value, or remove the comma or key before it."],
  5: ["A colon is expected after the key", "Write \"key\": value."],
  6: ["A comma is expected", "Separate members and items by commas; a double quote inside a text is written \\\"."],
  7: ["A closing brace is expected", "Add the missing }."],
  8: ["A closing bracket is expected", "Add the missing ]."],
  9: ["The JSON value ends before here", "Remove what follows it; the file holds one value."],
  10: ["Comments are not allowed", "Remove the comment; JSON has none."],
  11: ["Comments are not allowed", "Remove the comment; JSON has none."],
  12: ["The text has no closing quote in its line", "Close it, and write line breaks inside texts as \\n."],
  13: ["The number is incomplete", "Write numbers like 0.5, -1 or 1e3."],
  14: ["A \\u escape needs four hexadecimal digits", "Write it like \\u00e9, or the character itself."],
  15: ["This escape is not known to JSON", "A backslash is written \\\\; known escapes are \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\uXXXX."],
  16: ["A control character stands in the text", "Write line breaks as \\n and tabs as \\t."],
};

/** What is wrong at an offset and what to do, for one of the parser's error codes. */
export function syntaxMessage(error: number, text: string, offset: number): { readonly message: string; readonly hint: string } {
  if (text.trim() === "") return { message: "The file is empty.", hint: "Write a JSON object, at least {}." };
  const [message, hint] = MESSAGES[error] ?? ["The file is not valid JSON", "Check the syntax near this place."];
  const end = offset >= text.trimEnd().length;
  return { message: `${message}${end ? ", but the file ends" : ""}.`, hint };
}
