import { PolicyPack } from "@pulumi/policy";
import { ecrPolicies } from "./rules/ecr.js";

new PolicyPack("switchyard", { enforcementLevel: "mandatory", policies: [...ecrPolicies] });
