import type { IncomingMessage } from "node:http";
import type { ActionSpec, ConditionSpec, ListenerSpec } from "./desired.js";

/** A listener's rules, ready to be matched against requests. */
export class ListenerRules {
  private readonly rules: readonly { readonly matches: Matcher; readonly action: ActionSpec }[];
  private readonly defaultAction: ActionSpec;

  constructor({ rules, defaultAction }: Pick<ListenerSpec, "rules" | "defaultAction">) {
    this.rules = [...rules]
      .sort((one, other) => one.priority - other.priority)
      .map(({ conditions, action }) => ({ matches: all(conditions.map(matcherOf)), action }));
    this.defaultAction = defaultAction;
  }

  /** The action of the first rule, by priority, whose conditions all match; else the default action. */
  actionFor(request: IncomingMessage): ActionSpec {
    return this.rules.find(({ matches }) => matches(request))?.action ?? this.defaultAction;
  }
}

type Matcher = (request: IncomingMessage) => boolean;

function all(matchers: readonly Matcher[]): Matcher {
  return (request) => matchers.every((matches) => matches(request));
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
function matcherOf(condition: ConditionSpec): Matcher {
  switch (condition.field) {
    case "path-pattern": {
      const matches = anyOf(condition.values, "");
      return (request) => matches(pathOf(request));
    }
    case "host-header": {
      const matches = anyOf(condition.values, "i");
      return ({ headers }) => matches((headers.host ?? "").replace(/:\d+$/, ""));
    }
    case "http-header": {
      const matches = anyOf(condition.values, "i");
      const name = condition.name.toLowerCase();
      return ({ headers }) => [headers[name] ?? []].flat().some(matches);
    }
  }
}

/** Whether a text matches one of the patterns: `*` stands for zero or more characters, `?` for exactly one. */
function anyOf(patterns: readonly string[], flags: "" | "i"): (text: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, `s${flags}`);
  });
  return (text) => expressions.some((expression) => expression.test(text));
}

/** The path as the client sent it, without the query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}
