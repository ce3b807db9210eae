import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What a preview says it would do: `<operation> <type> <name>` of each resource, sorted. */
export function plannedResources(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []))
    .map(({ op, type, urn }) => `${op} ${type} ${urn.split("::").at(-1)}`)
    .sort();
}

/** Names of the stack's outputs that a preview plans, sorted. */
export function plannedOutputs(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap(({ resOutputsEvent }) => (resOutputsEvent ? [resOutputsEvent.metadata] : []))
    .filter(({ type }) => type === "pulumi:pulumi:Stack")
    .flatMap((stack) => Object.keys(stack.new?.outputs ?? {}))
    .sort();
}
