// Actions as https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
// groups them, without `ecr:GetAuthorizationToken`, which no repository policy can hold.

/** What it takes to read an image. */
export const pullActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
] as const;

/** What writes an image. A client that pushes also reads: it asks for the manifest it is about to push. */
export const pushActions = [
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
] as const;

/** Other ways for an image to enter a repository: replication and pull-through caches. */
export const indirectPushActions = ["ecr:BatchImportUpstreamImage", "ecr:ReplicateImage"] as const;

/** What changes who may push, what a tag means, or which images stay. */
export const administrationActions = [
  "ecr:BatchDeleteImage",
  "ecr:DeleteLifecyclePolicy",
  "ecr:DeleteRepository",
  "ecr:DeleteRepositoryPolicy",
  "ecr:PutImageScanningConfiguration",
  "ecr:PutImageTagMutability",
  "ecr:PutLifecyclePolicy",
  "ecr:SetRepositoryPolicy",
] as const;
