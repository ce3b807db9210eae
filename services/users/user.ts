import type { Identity } from "../shared/identifiers.js";
import { identityProperties } from "../shared/resource-routes.js";

/** What a client sends to register a user. */
export interface NewUser {
  /** Unique on the board whatever its case. */
  readonly username: string;
  readonly displayName: string;
}

export type User = Identity & NewUser;

export const newUserSchema = {
  type: "object",
  required: ["username", "displayName"],
  additionalProperties: false,
  properties: {
    username: {
      type: "string",
      pattern: "^[A-Za-z0-9_-]{3,32}$",
      description: "3 to 32 letters, digits, _ or -; unique on the board whatever its case.",
    },
    displayName: { type: "string", maxLength: 64, pattern: "\\S", description: "Not blank." },
  },
} as const;

export const userSchema = {
  $id: "User",
  type: "object",
  required: ["id", "username", "displayName", "createdAt"],
  properties: {
    id: identityProperties.id,
    username: { type: "string" },
    displayName: { type: "string" },
    createdAt: identityProperties.createdAt,
  },
} as const;
