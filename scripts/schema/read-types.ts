import ts from "typescript";
import { firstSentence } from "./first-sentence.ts";
import type { Shape } from "./shape.ts";

interface Scope {
  parent: Scope | undefined;
  interfaces: Map<string, ts.InterfaceDeclaration[]>;
  aliases: Map<string, ts.TypeAliasDeclaration>;
  namespaces: Map<string, Scope>;
}

/**
 * Reads one declaration file. `shapeOf(name)` gives the shape of an exported interface; it throws for a construct that it
 * does not know (a new kind of type in the SDK must be looked at by a person, not silently lost).
 */
export function readTypes(file: { name: string; text: string }): { shapeOf(name: string): Shape } {
  const source = ts.createSourceFile(file.name, file.text, ts.ScriptTarget.Latest, true);
  const top = newScope(undefined);
  collect(source.statements, top);
  return { shapeOf: (name) => interfaceShape(lookUp([name], top), []) };
}

const newScope = (parent: Scope | undefined): Scope => ({ parent, interfaces: new Map(), aliases: new Map(), namespaces: new Map() });

function collect(statements: readonly ts.Statement[], scope: Scope): void {
  for (const statement of statements) {
    if (ts.isInterfaceDeclaration(statement)) {
      const name = statement.name.text;
      scope.interfaces.set(name, [...(scope.interfaces.get(name) ?? []), statement]);
    } else if (ts.isTypeAliasDeclaration(statement)) {
      scope.aliases.set(statement.name.text, statement);
    } else if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body)) {
      const inner = scope.namespaces.get(statement.name.text) ?? newScope(scope);
      scope.namespaces.set(statement.name.text, inner);
      collect(statement.body.statements, inner);
    }
  }
}

interface Found {
  declarations: ts.InterfaceDeclaration[];
  alias: ts.TypeAliasDeclaration | undefined;
  scope: Scope;
}

function lookUp(names: readonly string[], from: Scope): Found {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    let inner: Scope | undefined = scope;
    for (const name of names.slice(0, -1)) inner = inner?.namespaces.get(name);
    const last = names.at(-1) ?? "";
    const declarations = inner?.interfaces.get(last);
    const alias = inner?.aliases.get(last);
    if (inner && (declarations || alias)) return { declarations: declarations ?? [], alias, scope: inner };
  }
  throw new Error(`type ${names.join(".")} is not declared in this file`);
}

function interfaceShape(found: Found, open: readonly ts.Node[]): Shape {
  if (found.alias) return typeShape(found.alias.type, { scope: found.scope, open });
  // The SDK repeats some nested interfaces word for word; TypeScript merges them, so the first speaks for all.
  const declaration = found.declarations[0];
  if (!declaration) throw new Error("an interface without a declaration");
  if (open.includes(declaration)) throw new Error(`${declaration.name.text} contains itself; recursive shapes are not supported yet`);
  if (declaration.heritageClauses) throw new Error(`${declaration.name.text} extends another type; not supported yet`);
  const scope = found.scope.namespaces.get(declaration.name.text) ?? newScope(found.scope);
  const shape = membersShape(declaration.members, { scope, open: [...open, declaration] });
  shape.hint = declaration.name.text;
  if (tags(declaration).includes("deprecated")) shape.deprecated = true;
  return shape;
}

interface Context {
  scope: Scope;
  open: readonly ts.Node[];
}

function membersShape(members: readonly ts.TypeElement[], context: Context): Shape {
  const properties: Record<string, Shape> = {};
  const required: string[] = [];
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) return { type: "object", additionalProperties: typeShape(member.type, context) };
    if (!ts.isPropertySignature(member) || !member.type) throw new Error(`unsupported member: ${member.getText()}`);
    const comment = docComment(member);
    // Parameters of the URL share the interface with the body's fields; the SDK tells them apart only in prose.
    if (/^(Query|Path|Header) param:/.test(comment)) continue;
    const name = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
    const shape = typeShape(member.type, context);
    shape.hint ??= name;
    const description = firstSentence(comment.replace(/^Body param:\s*/, ""));
    properties[name] = {
      ...shape,
      ...(description && { description }),
      ...(tags(member).includes("deprecated") && { deprecated: true as const }),
    };
    if (!member.questionToken) required.push(name);
  }
  const sorted = Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { type: "object", properties: sorted, ...(required.length > 0 && { required: required.sort() }) };
}

function typeShape(node: ts.TypeNode, context: Context): Shape {
  if (ts.isParenthesizedTypeNode(node)) return typeShape(node.type, context);
  if (ts.isUnionTypeNode(node)) return unionShape(node.types.map((type) => typeShape(type, context)));
  if (ts.isArrayTypeNode(node)) return { type: "array", items: typeShape(node.elementType, context) };
  if (ts.isTypeLiteralNode(node)) return membersShape(node.members, context);
  if (ts.isLiteralTypeNode(node)) {
    if (ts.isStringLiteral(node.literal)) return { type: "string", const: node.literal.text };
    if (node.literal.kind === ts.SyntaxKind.NullKeyword) return { type: "null" };
    if (node.literal.kind === ts.SyntaxKind.TrueKeyword || node.literal.kind === ts.SyntaxKind.FalseKeyword) return { type: "boolean" };
  }
  if (ts.isTypeReferenceNode(node)) {
    const names = node.typeName.getText().split(".");
    if (names.length === 1 && names[0] === "Array" && node.typeArguments?.[0]) {
      return { type: "array", items: typeShape(node.typeArguments[0], context) };
    }
    return interfaceShape(lookUp(names, context.scope), context.open);
  }
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: "string" };
    case ts.SyntaxKind.NumberKeyword:
      return { type: "number" };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: "boolean" };
    case ts.SyntaxKind.UnknownKeyword:
    case ts.SyntaxKind.AnyKeyword:
      return {};
    default:
      throw new Error(`unsupported type: ${node.getText()}`);
  }
}

/** String literals become one enum, primitive members one `type` list; everything else stays a member of `anyOf`. */
function unionShape(members: readonly Shape[]): Shape {
  const values = members.flatMap((member) => (member.const === undefined ? [] : [member.const]));
  const nullable = members.some((member) => member.type === "null");
  const plain = members.filter((member) => isPlain(member) && member.type !== "null");
  const complex = members.filter((member) => !isPlain(member) && member.const === undefined);
  const simple: Shape[] = [];
  if (values.length > 0) simple.push({ type: "string", enum: values });
  const types = [...new Set(plain.map((member) => member.type as string))];
  if (types.length > 0) simple.push({ type: types.length === 1 ? (types[0] ?? "") : types });
  const parts = [...simple, ...complex];
  const only = parts[0];
  if (parts.length === 1 && only) return nullable ? asNullable(only) : only;
  return { anyOf: nullable ? [...parts, { type: "null" }] : parts };
}

const isPlain = (shape: Shape): boolean => Object.keys(shape).length === 1 && typeof shape.type === "string";

function asNullable(shape: Shape): Shape {
  if (shape.enum) return { ...shape, type: ["string", "null"], enum: [...shape.enum, null] };
  if (shape.type === undefined || shape.properties) return { anyOf: [shape, { type: "null" }] };
  return { ...shape, type: [...[shape.type].flat(), "null"] };
}

function docComment(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "")
    .join("\n")
    .trim();
}

const tags = (node: ts.Node): string[] => ts.getJSDocTags(node).map((tag) => tag.tagName.text);
