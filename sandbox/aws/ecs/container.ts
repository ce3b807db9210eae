import { z } from "zod";

const pair = z.strictObject({ name: z.string(), value: z.string() });

const container = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
  image: z.string().min(1),
  cpu: z.number().int().min(0).optional(),
  memory: z.number().int().min(6).optional(),
  memoryReservation: z.number().int().min(6).optional(),
  essential: z.boolean().optional(),
  entryPoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  workingDirectory: z.string().optional(),
  environment: z.array(pair).optional(),
  secrets: z.array(z.strictObject({ name: z.string(), valueFrom: z.string() })).optional(),
  portMappings: z
    .array(
      z.strictObject({
        containerPort: z.number().int().min(1).max(65535),
        hostPort: z.number().int().optional(),
        protocol: z.enum(["tcp", "udp"]).optional(),
        name: z.string().optional(),
        appProtocol: z.enum(["http", "http2", "grpc"]).optional(),
      }),
    )
    .optional(),
  mountPoints: z
    .array(
      z.strictObject({
        sourceVolume: z.string(),
        containerPath: z.string(),
        readOnly: z.boolean().optional(),
      }),
    )
    .optional(),
  volumesFrom: z.array(z.unknown()).optional(),
  systemControls: z.array(z.unknown()).optional(),
  linuxParameters: z
    .strictObject({
      initProcessEnabled: z.boolean().optional(),
      capabilities: z
        .strictObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
        .optional(),
    })
    .optional(),
  logConfiguration: z
    .strictObject({ logDriver: z.literal("awslogs"), options: z.record(z.string(), z.string()).optional() })
    .optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  privileged: z.boolean().optional(),
  user: z.string().optional(),
  stopTimeout: z.number().int().min(0).optional(),
  startTimeout: z.number().int().min(2).optional(),
  healthCheck: z
    .strictObject({
      command: z.array(z.string()).min(1),
      interval: z.number().int().min(5).max(300).optional(),
      timeout: z.number().int().min(2).max(120).optional(),
      retries: z.number().int().min(1).max(10).optional(),
      startPeriod: z.number().int().min(0).max(300).optional(),
    })
    .optional(),
  versionConsistency: z.enum(["enabled", "disabled"]).optional(),
  dockerLabels: z.record(z.string(), z.string()).optional(),
});

const containers = z.array(container).min(1);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export type ContainerDefinition = z.infer<typeof container>;

/** Parses a task definition's containers; returns a sentence instead when the text is not what ECS accepts. */
export function parseContainers(text: string): readonly ContainerDefinition[] | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "containerDefinitions is not JSON";
  }
  const parsed = containers.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `containerDefinitions.${issue?.path.join(".")}: ${issue?.message}`;
}
