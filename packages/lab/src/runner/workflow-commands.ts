/**
 * Commands that a step prints: `::name key=value,…::data`, and the older `##[name key=value;…]data`, which is read
 * anywhere in a line. Source: actions/runner `ActionCommand.cs`.
 */

/** A command as printed; names are lower case, values are unescaped. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const dataEscapes = [["%0D", "\r"], ["%0A", "\n"], ["%25", "%"]] as const;
const propertyEscapes = [["%0D", "\r"], ["%0A", "\n"], ["%3A", ":"], ["%2C", ","], ["%25", "%"]] as const;
const olderEscapes = [["%3B", ";"], ["%0D", "\r"], ["%0A", "\n"], ["%5D", "]"], ["%25", "%"]] as const;

function unescape(text: string, table: readonly (readonly [string, string])[]): string {
  return table.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text);
}

function readProperties(text: string, separator: string, table: readonly (readonly [string, string])[]): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const part of text.split(separator)) {
    const equals = part.indexOf("=");
    if (equals > 0 && equals < part.length - 1) {
      properties[part.slice(0, equals).trim().toLowerCase()] = unescape(part.slice(equals + 1), table);
    }
  }
  return properties;
}

function splitInfo(info: string): [name: string, properties: string] {
  const space = info.indexOf(" ");
  return space < 0 ? [info.toLowerCase(), ""] : [info.slice(0, space).toLowerCase(), info.slice(space + 1).trim()];
}

/** Reads a printed line as a command. A name outside `known` makes it ordinary text: undefined. */
export function parseCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const trimmed = line.trimStart();
  const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
  if (end >= 0) {
    const [name, properties] = splitInfo(trimmed.slice(2, end));
    if (known.has(name)) {
      return { name, properties: readProperties(properties, ",", propertyEscapes), data: unescape(trimmed.slice(end + 2), dataEscapes) };
    }
  }
  const open = line.indexOf("##[");
  const close = open < 0 ? -1 : line.indexOf("]", open);
  if (close < 0) return undefined;
  const [name, properties] = splitInfo(line.slice(open + 3, close));
  if (!known.has(name)) return undefined;
  return { name, properties: readProperties(properties, ";", olderEscapes), data: unescape(line.slice(close + 1), olderEscapes) };
}
