import type { PulumiFn } from "@pulumi/pulumi/automation";

/** The program as the Pulumi language host loads it; what it resolves to are the stack's outputs. */
declare const program: PulumiFn;
export = program;
