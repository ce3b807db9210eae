import { serve } from "../shared/serve.js";
import { build, calls, name } from "./app.js";

void serve({ name, calls, build });
