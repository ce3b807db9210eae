import { HostedStack } from "./hosted-stack.js";
async function main() {
  const s = await HostedStack.open({
    projectDirectory: "/work/main",
    base: "/tmp/bench-try",
    port: 28431,
    program: () => Promise.resolve(),
    progress: console.error,
  });
  try {
    for (const d of process.argv.slice(2)) {
      const p = await s.preview(d).catch((e: Error) => {
        console.error(String(e).slice(0, 6000));
        return undefined;
      });
      if (p) {
        console.log(p.stdout.slice(0, 1500));
        console.log("…", p.stdout.slice(-1200));
        console.log(p.milliseconds, p.events.length);
      }
    }
  } finally {
    await s.close();
  }
}
void main();
