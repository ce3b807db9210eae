"use strict";

// Loaded before each server of the bench: answers, when asked, how much processor time the process has used, and ends
// the process when the bench is gone.
process.on("message", () => process.send(process.cpuUsage()));
process.on("disconnect", () => process.exit());
