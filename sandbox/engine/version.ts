/**
 * Version of the Pulumi CLI that is installed when the user has none that fits. The newest whose Go module can be
 * built by itself; the `@pulumi/pulumi` SDK is pinned to the same minor version.
 */
export const engineVersion = "3.259.0";
