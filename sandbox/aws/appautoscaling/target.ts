import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { service } from "../ecs/service.js";
import { AwsError } from "../errors.js";
import { hex, tags } from "../schema.js";

const dimension = {
  serviceNamespace: z.enum(["ecs"]),
  scalableDimension: z.enum(["ecs:service:DesiredCount"]),
  resourceId: z.string().regex(/^service\/[^/]+\/[^/]+$/, "expected service/<cluster>/<service>"),
};

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
export const scalableTarget = defineResource({
  type: "aws:appautoscaling/target:Target",
  schema: z.strictObject({
    ...dimension,
    minCapacity: z.number().int().min(0),
    maxCapacity: z.number().int().min(0),
    roleArn: z.string().optional(),
    tags,
  }),
  replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
  create(inputs, { account }) {
    const arn = account.arn("ecs", inputs.resourceId);
    if (!account.get(service, arn)) {
      throw new AwsError(
        "Application Auto Scaling",
        "RegisterScalableTarget",
        "ValidationException",
        `ECS service doesn't exist: ${inputs.resourceId}`,
      );
    }
    judgeBounds(inputs);
    return {
      id: inputs.resourceId,
      attributes: { arn: account.arn("application-autoscaling", `scalable-target/${hex(12)}`) },
    };
  },
  update({ attributes }, inputs) {
    judgeBounds(inputs);
    return attributes;
  },
});

function judgeBounds({
  minCapacity,
  maxCapacity,
}: {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}): void {
  if (minCapacity > maxCapacity) {
    throw new AwsError(
      "Application Auto Scaling",
      "RegisterScalableTarget",
      "ValidationException",
      "Maximum capacity cannot be less than minimum capacity",
    );
  }
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export const scalingPolicy = defineResource({
  type: "aws:appautoscaling/policy:Policy",
  schema: z.strictObject({
    name: z.string().max(256),
    policyType: z.enum(["TargetTrackingScaling"]),
    ...dimension,
    targetTrackingScalingPolicyConfiguration: z.strictObject({
      targetValue: z.number().positive(),
      scaleInCooldown: z.number().int().min(0).optional(),
      scaleOutCooldown: z.number().int().min(0).optional(),
      disableScaleIn: z.boolean().optional(),
      predefinedMetricSpecification: z.strictObject({
        predefinedMetricType: z.enum([
          "ECSServiceAverageCPUUtilization",
          "ECSServiceAverageMemoryUtilization",
          "ALBRequestCountPerTarget",
        ]),
        resourceLabel: z
          .string()
          .regex(/^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/)
          .optional(),
      }),
    }),
  }),
  autoname: { property: "name", maxLength: 256 },
  replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  create(inputs, { account }) {
    if (!account.get(scalableTarget, inputs.resourceId)) {
      throw new AwsError(
        "Application Auto Scaling",
        "PutScalingPolicy",
        "ObjectNotFoundException",
        `No scalable target found for service namespace: ecs, resource ID: ${inputs.resourceId}, scalable dimension: ${inputs.scalableDimension}`,
      );
    }
    const { predefinedMetricType, resourceLabel } =
      inputs.targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification;
    if ((predefinedMetricType === "ALBRequestCountPerTarget") !== (resourceLabel !== undefined)) {
      throw new AwsError(
        "Application Auto Scaling",
        "PutScalingPolicy",
        "ValidationException",
        "A resource label is required for ALBRequestCountPerTarget, and for no other metric",
      );
    }
    const id = `${inputs.resourceId}/${inputs.name}`;
    return {
      id,
      attributes: {
        arn: account.arn(
          "autoscaling",
          `scalingPolicy:${hex(12)}:resource/ecs/${inputs.resourceId}:policyName/${inputs.name}`,
        ),
      },
    };
  },
  update: ({ attributes }) => attributes,
});
