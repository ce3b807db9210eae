import type { Identity } from "../shared/identifiers.js";
import { identityProperties } from "../shared/resource-routes.js";

/** What a client sends to open a topic. */
export interface NewTopic {
  readonly title: string;
  /** Id of the user who opens it. */
  readonly userId: string;
}

export type Topic = Identity & NewTopic;

const properties = {
  title: { type: "string", maxLength: 200, pattern: "\\S", description: "Not blank." },
  userId: { type: "string", minLength: 1, maxLength: 64, description: "Id of the user who opens the topic." },
} as const;

export const newTopicSchema = {
  type: "object",
  required: ["title", "userId"],
  additionalProperties: false,
  properties,
} as const;

export const topicSchema = {
  $id: "Topic",
  type: "object",
  required: ["id", "title", "userId", "createdAt"],
  properties: {
    id: identityProperties.id,
    title: { type: "string" },
    userId: { type: "string" },
    createdAt: identityProperties.createdAt,
  },
} as const;
