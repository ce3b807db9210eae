import { writeDefaultTypeScriptProject } from "./default-typescript-project.js";
writeDefaultTypeScriptProject("/work/main", process.argv[2]!);
