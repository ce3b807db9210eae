import { z } from "zod";
import { AwsError } from "../errors.js";

const oneOrMany = z.union([z.string(), z.array(z.string()).min(1)]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.literal("*"), z.record(z.string(), oneOrMany)]).optional(),
  NotPrincipal: z.union([z.literal("*"), z.record(z.string(), oneOrMany)]).optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  NotResource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([oneOrMany, z.boolean()]))).optional(),
});

const document = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]),
});

/** A policy document that follows IAM's grammar. */
export type PolicyDocument = z.infer<typeof document>;

/**
 * Parses a policy document; refuses as IAM does when it does not follow the grammar.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(operation: string, text: string): PolicyDocument {
  const parsed = readPolicy(text);
  if (!parsed) throw new AwsError("IAM", operation, "MalformedPolicyDocument", "Syntax errors in policy.");
  return parsed;
}

/** The policy document, or undefined where the text does not follow IAM's grammar. */
export function readPolicy(text: string): PolicyDocument | undefined {
  try {
    return document.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The AWS principals that a document names outside of conditions. */
export function namedPrincipals({ Statement }: PolicyDocument): readonly string[] {
  return [Statement].flat().flatMap(({ Principal }) => {
    if (Principal === undefined || Principal === "*") return [];
    return [Principal.AWS ?? []].flat().filter((principal) => principal !== "*");
  });
}
