/** A statement of a policy document, one or many told apart no more. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Principals named, of every kind; `*` for everyone. */
  readonly principals: readonly string[];
  /** Whether the statement applies to everyone but the principals it names. */
  readonly excludesPrincipals: boolean;
}

/**
 * Reads the statements of a policy document: JSON text, or the document itself.
 * @throws SyntaxError or TypeError when it is no policy document; the message repeats nothing of it
 */
export function readStatements(policy: unknown): readonly Statement[] {
  const document = typeof policy === "string" ? parse(policy) : policy;
  if (!isRecord(document) || document.Statement === undefined) throw new TypeError("it has no Statement");
  return oneOrMany(document.Statement).map(readStatement);
}

function readStatement(statement: unknown): Statement {
  if (!isRecord(statement)) throw new TypeError("a Statement is not an object");
  const { Effect, Principal, NotPrincipal } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw new TypeError("an Effect is neither Allow nor Deny");
  return {
    effect: Effect,
    principals: readPrincipals(Principal ?? NotPrincipal),
    excludesPrincipals: NotPrincipal !== undefined,
  };
}

function readPrincipals(principal: unknown): readonly string[] {
  if (principal === undefined) return [];
  const values = isRecord(principal) ? Object.values(principal).flatMap(oneOrMany) : [principal];
  return values.map((value) => {
    if (typeof value !== "string") throw new TypeError("a principal is not a string");
    return value;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("it is not JSON");
  }
}

function oneOrMany(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
