import { createHash } from "node:crypto";
import type { Account } from "../account.js";

/** The password that `docker login` needs for this account's registry. */
export function authorizationPassword(account: Account): string {
  return createHash("sha256").update(account.arn("ecr", "authorization")).digest("base64url");
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export function authorizationToken(account: Account) {
  const password = authorizationPassword(account);
  return {
    id: account.region,
    authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
    expiresAt: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    password,
    proxyEndpoint: `https://${account.identity.accountId}.dkr.ecr.${account.region}.amazonaws.com`,
    userName: "AWS",
  };
}
