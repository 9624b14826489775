/** Keys that name something of the language in every object, and such as begin, end or repeat oddly. */
export const KEYS = ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "valueOf", "toJSON", "length", "then", "__defineGetter__", "", " ", "$ref", "$schema", "$remove", "$prompt", "0", "-1", "a.b", "a/b", "a~b", "name", "id", "type", "\u202eeman", "na\u200bme", "\u212aey", "\uff4e\uff41me"] as const;

/** JSON scalars as they are written; some are no JSON. */
export const SCALARS = ["null", "true", "false", "0", "-0", "1", "-1", "1e999", "-1e999", "1e308", "5e-324", "1e-999", "9007199254740993", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "1E400", "01", ".5", "1.", "+1", "NaN", "Infinity", "undefined", '""', '" "', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\u2028"', '"\\ufeff"', '"\\u202e"', '"\\q"', '"\\u12"', "'a'", '"__proto__"', '"constructor"', "{}", "[]", '{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '["__proto__"]'] as const;

/** Runs of text that break naive code when they are put somewhere. */
export const FRAGMENTS = [
  "\0", "\ufeff", "\r", "\n", "\r\n", "\n\r", "\t", "\u000b", "\f", "\u0085", "\u2028", "\u2029", "\u00a0", "\u202e", "\u202c", "\u2066", "\u2069", "\u200b", "\u200d", "\u200f", "\u061c", "\u00ad", "\u034f", "e\u0301", "\u0301", "\ud800", "\udc00", "\udbff\ud800", "🙂", "👨‍👩‍👧", "\u{e0041}", "\ufffd", "\uffff", "ﬁ", "İ", "ß", "\u0130", "\u1e9e",
  '"', "'", "`", "```", "````", "~~~", "```\n", "\n```json\n", "<!--", "-->", "--!>", "<!-- retell-actions {", "} -->", "<script>", "</details>", "<", ">", "&", "&#x202e;", "{", "}", "[", "]", "{{", "}}", "{{ }}", "{{{{", "{{name}}", "${{ secrets.X }}", "$&", "$1", "$`", "%s", "%0A", "::set-output::", "##[error]", "\\", "\\\\", '\\"', "\\u", "\\ud83d", "\\u0000",
  "//", "/*", "*/", "#", "@", "@0123456789ab", "--full", "---", "- ", "* ", "> ", "    ", "/retell ", "\n/retell help\n", "### ", "|", ",", ":", ";", "=", "+", "*", "?", "!", "(", ")", "..", "../", "./", "/", "C:\\", "~", "-", "_", ".", "0", "00", "1e999", "null", "true", "undefined", "NaN",
  "<<<<<<< HEAD\n", "=======\n", ">>>>>>> other\n", "__proto__", "constructor", "prototype", '"__proto__":', "secret://", "agent://", "knowledge://", "component://", "secret://A (previous value)", "fingerprint:0123456789abcdef01234567", "Bearer ", "Basic ", "https://", "https://a:b@c/", "?token=", "sk-", "key_", "eyJ", "-----BEGIN PRIVATE KEY-----", "_No response_",
] as const;

/** What is repeated to find out how the time of a call grows with a text's length. */
export const PUMPS = [
  " ", "\t", "\n", "\r", "\r\n", "\u2028", "a", "A", "0", "-", "_", ".", ",", ":", ";", "=", "+", "*", "?", "!", "#", "@", "/", "\\", "|", "~", "`", "'", '"', "(", "[", "]", "{", "}", "<", ">", "&", "$", "%", "\0", "\ufeff", "é", "\u0301", "🙂", "\ud800", "-.", "- ", "a ", "a,", "a\n", "\n\n", "{{", "}}", "{{a}}", "```\n", "` ", "<!--", "-->", "<!-- ", "\\\"", "\\u0041", "//", "://", "[]", "{}", '"",', '"a":1,', '{"a":', "[[", "@a ", "secret://", "Bearer ", "key_", "sk-a", "eyJa", "a.", "a=", "?a=1&", "<<<<<<< a\n", "/retell help\n", "### a\n", "*a",
] as const;
