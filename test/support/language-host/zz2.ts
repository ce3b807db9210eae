import { HostedStack } from "./hosted-stack.js";
import { readFileSync, mkdtempSync } from "node:fs";
import { spawnSync } from "node:child_process";
async function main() {
  const s = await HostedStack.open({ projectDirectory: "/work/main", base: "/tmp/bench-try", port: 28431, program: () => Promise.resolve(), progress: console.error });
  const cpu = (pid:number)=>{ const f=readFileSync(`/proc/${pid}/stat`,"utf8").split(") ")[1]!.split(" "); return (Number(f[11])+Number(f[12]))/100; };
  try {
    const { home, stack } = s.session;
    for (const d of process.argv.slice(2)) {
      const b = cpu(s.session.daemon.address.pid);
      const TMPDIR = mkdtempSync("/tmp/bench-tmp-");
      const r = spawnSync("bash",["-c",`time timeout 100 /root/.cache/switchyard/pulumi/3.259.0/bin/pulumi preview --non-interactive --cwd ${d} --stack dev --color never --config-file ${home.workspace}/Pulumi.dev.yaml >/tmp/out.txt`],{env:{...process.env,NODE_OPTIONS:process.env.PROF?"--require=/tmp/usage.cjs":"",...stack.workspace.envVars,PULUMI_HOME:home.pulumi,...(process.env.COLD?{TMPDIR}:{})},encoding:"utf8"});
      console.log(d, r.stderr.replace(/\n/g," "), "daemon", cpu(s.session.daemon.address.pid)-b);
    }
  } finally { await s.close(); }
}
void main();
