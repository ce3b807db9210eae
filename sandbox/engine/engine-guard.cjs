"use strict";

// The engine holds the standard input of its plugins open and writes nothing to it. It ends when the engine does, also
// when that is killed: without this guard the policy pack's process would live on for ever.
process.stdin.on("end", () => process.exit(1)).on("error", () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
