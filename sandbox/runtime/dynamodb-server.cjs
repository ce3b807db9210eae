"use strict";

/*
 * DynamoDB as a process of its own: `node dynamodb-server.cjs <port> <folder>`. Prints its port once it answers, and ends
 * in order, with all data on disk, when the process that started it is gone or lets go of it.
 */

const dynalite = require("dynalite");
const { whenParentIsGone } = require("./parent-guard.cjs");

const [, , port, path] = process.argv;
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

whenParentIsGone(() => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
  setTimeout(() => process.exit(1), 3000);
});
server.listen(Number(port), "127.0.0.1", () => console.log(server.address().port));
