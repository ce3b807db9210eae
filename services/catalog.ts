import type { ServiceSpec } from "../components/service.js";

const scaling = {
  minReplicas: 2,
  maxReplicas: 6,
  cpuPercent: 60,
  memoryPercent: 75,
  requestsPerReplica: 6000,
} as const;

const size = { cpu: 256, memory: 512 } as const;

/**
 * The message board's services. To add a fourth, add its folder beside this file and its entry here:
 * repository, image, table, routes, roles, logs, scaling and addresses follow from the entry.
 */
export const catalog: readonly ServiceSpec[] = [
  { name: "users", path: "/users", port: 8080, healthPath: "/health", size, scaling, calls: [] },
  { name: "topics", path: "/topics", port: 8080, healthPath: "/health", size, scaling, calls: ["users"] },
  {
    name: "messages",
    path: "/messages",
    port: 8080,
    healthPath: "/health",
    size,
    scaling,
    calls: ["users", "topics"],
  },
];
