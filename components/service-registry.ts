import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { repositoryPolicy, type RepositoryAccess } from "./repository-policy.js";
import type { StackNames } from "./stack-names.js";

export interface ServiceRegistryArgs {
  readonly names: StackNames;
  /** Name of the service whose images the repository keeps. */
  readonly service: string;
  readonly access: RepositoryAccess;
  /** Whether a repository that still holds images is refused to be deleted. */
  readonly protectData: boolean;
  /** Roles of this stack that `access` names: ECR refuses a policy that names a role which does not exist. */
  readonly namedRoles: pulumi.Resource;
}

/** The image repository of one service, and who may push to it and pull from it. */
export class ServiceRegistry extends pulumi.ComponentResource {
  readonly repository: aws.ecr.Repository;
  /** Present once nobody else can push. */
  readonly policy: aws.ecr.RepositoryPolicy;

  constructor(name: string, args: ServiceRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:ServiceRegistry", name, {}, opts);

    this.repository = new aws.ecr.Repository(
      `${name}-repository`,
      {
        name: args.names.repository(args.service),
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS" }],
        forceDelete: !args.protectData,
        tags: args.names.tags({ service: args.service }),
      },
      { parent: this },
    );
    const lifecycle = new aws.ecr.LifecyclePolicy(
      `${name}-lifecycle`,
      { repository: this.repository.name, policy: lifecyclePolicy },
      { parent: this },
    );
    // After the lifecycle policy: once guarded, only an administrator may put one.
    this.policy = new aws.ecr.RepositoryPolicy(
      `${name}-policy`,
      {
        repository: this.repository.name,
        policy: repositoryPolicy(args.access, args.names.roleArn("aws-service-role/*")),
      },
      { parent: this, dependsOn: [args.namedRoles, lifecycle] },
    );

    this.registerOutputs({ repository: this.repository, policy: this.policy });
  }
}

// The newest 30 images stay, so that a rollback still finds its image.
const lifecyclePolicy = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: "Expire untagged images after a week",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "Keep the newest 30 tagged images",
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: 30,
      },
      action: { type: "expire" },
    },
  ],
});
