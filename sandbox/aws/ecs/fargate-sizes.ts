/** Memory in MiB that Fargate offers for a number of CPU units, in steps between two bounds. */
interface Offer {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const offers: ReadonlyMap<number, Offer | readonly number[]> = new Map<number, Offer | readonly number[]>([
  [256, [512, 1024, 2048]],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16384, step: 1024 }],
  [4096, { from: 8192, to: 30720, step: 1024 }],
  [8192, { from: 16384, to: 61440, step: 4096 }],
  [16384, { from: 32768, to: 122880, step: 8192 }],
  [32768, [61440, 122880, 249856]],
]);

/** Whether Fargate runs tasks of this size. */
export function isFargateSize(cpu: number, memory: number): boolean {
  const offer = offers.get(cpu);
  if (offer === undefined) return false;
  if ("from" in offer)
    return memory >= offer.from && memory <= offer.to && (memory - offer.from) % offer.step === 0;
  return offer.includes(memory);
}
