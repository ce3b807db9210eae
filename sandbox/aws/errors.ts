/** A refusal in AWS's own words. The text is shaped as the AWS provider prints it. */
export class AwsError extends Error {
  /**
   * @param service service name as the AWS SDK prints it, e.g. `ECR`
   * @param operation API operation, e.g. `CreateRepository`
   * @param code error code, e.g. `RepositoryAlreadyExistsException`
   * @param reason AWS's message
   * @param status HTTP status of the answer
   */
  constructor(
    readonly service: string,
    readonly operation: string,
    readonly code: string,
    readonly reason: string,
    readonly status = 400,
  ) {
    super(
      `operation error ${service}: ${operation}, https response error StatusCode: ${status}, ${code}: ${reason}`,
    );
    this.name = "AwsError";
  }
}
