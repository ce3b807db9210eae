import type { Identity } from "../shared/identifiers.js";
import { identityProperties } from "../shared/resource-routes.js";

/** What a client sends to post a message. */
export interface NewMessage {
  readonly topicId: string;
  /** Id of the user who posts it. */
  readonly userId: string;
  readonly text: string;
}

export type Message = Identity & NewMessage;

export const newMessageSchema = {
  type: "object",
  required: ["topicId", "userId", "text"],
  additionalProperties: false,
  properties: {
    topicId: {
      type: "string",
      minLength: 1,
      maxLength: 64,
      description: "Id of the topic the message belongs to.",
    },
    userId: { type: "string", minLength: 1, maxLength: 64, description: "Id of the user who posts it." },
    text: { type: "string", maxLength: 4000, pattern: "\\S", description: "Not blank." },
  },
} as const;

export const messageSchema = {
  $id: "Message",
  type: "object",
  required: ["id", "topicId", "userId", "text", "createdAt"],
  properties: {
    id: identityProperties.id,
    topicId: { type: "string" },
    userId: { type: "string" },
    text: { type: "string" },
    createdAt: identityProperties.createdAt,
  },
} as const;
