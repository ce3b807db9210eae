import type { StackIdentity } from "../components/stack-names.js";

/** Where and by whom the program is run. */
export interface Environment extends StackIdentity {
  /** ARN of the principal whose credentials are in use: a user, or a role's session. */
  readonly callerArn: string;
}
