import assert from "node:assert/strict";
import type { InjectOptions } from "fastify";
import { aTopic, post, services } from "./support/services.js";
import { startTable, type Table } from "./support/table.js";

describe("a service with a base path of its own", () => {
  let table: Table;
  beforeEach(async () => void (table = await startTable()));
  afterEach(() => table.stop());

  for (const { name, build, body } of services) {
    for (const basePath of ["/people", "/board/v2/all-things"]) {
      it(`answers the whole interface of ${name} under ${basePath}, and nothing under /${name}`, async () => {
        const app = build(table.store, { basePath });
        const answer = async (method: InjectOptions["method"] & string, url: string, payload?: object) => {
          const response = await app.inject({ method, url, ...(payload && { payload }) });
          return { status: response.statusCode, headers: response.headers, text: response.body };
        };
        const created = await post(app, basePath.slice(1), body);
        const { id } = created.body;
        assert.equal(created.status, 201);
        assert.equal(created.headers.location, `${basePath}/${id}`);

        const query = name === "messages" ? `?topicId=${aTopic}` : "";
        const old = [
          ["GET", `/${name}${query}`],
          ["POST", `/${name}`, body],
          ["GET", `/${name}/${id}`],
          ["DELETE", `/${name}/${id}`],
          ["PUT", `/${name}`],
          ["GET", `/${name}/openapi.json`],
        ] as const;
        for (const [method, url, payload] of old) {
          const { status, headers, text } = await answer(method, url, payload);
          assert.equal(status, 404, `${method} ${url}`);
          assert.match(String(headers["content-type"]), /^application\/problem\+json/);
          assert.equal((JSON.parse(text) as { detail: string }).detail, "There is nothing at this path.");
        }

        const list = await answer("GET", basePath + query);
        assert.deepEqual(JSON.parse(list.text), { items: [created.body], cursor: null });
        const read = await answer("GET", `${basePath}/${id}`);
        assert.deepEqual([read.status, JSON.parse(read.text)], [200, created.body]);
        const refused = await answer("PUT", basePath);
        assert.deepEqual([refused.status, refused.headers.allow], [405, "GET, HEAD, POST"]);
        const { paths, servers } = JSON.parse((await answer("GET", `${basePath}/openapi.json`)).text) as {
          paths: object;
          servers?: unknown;
        };
        assert.deepEqual(Object.keys(paths).sort(), [basePath, `${basePath}/{id}`]);
        // The paths are whole: another base would be put before them.
        assert.equal(servers, undefined);
        assert.equal((await answer("GET", "/health")).status, 200);
        assert.equal((await answer("DELETE", `${basePath}/${id}`)).status, 204);
        assert.equal((await answer("GET", `${basePath}/${id}`)).status, 404);
      });
    }
  }
});
