/** Groups of texts, each on one side or the other of a pattern or rule of the Karpenter kinds. */
const WORDS = `
  a -a A.b_c-d a/b example.com/a a/b/c t3.*
  karpenter.sh karpenter.sh/capacity-type karpenter.sh/nodepool karpenter.sh/x x.karpenter.sh/y notkarpenter.sh/y
  karpenter.k8s.aws/x karpenter.k8s.aws/instance-family karpenter.k8s.aws/instance-tenancy a.karpenter.k8s.aws/x
  karpenter.k8s.aws/placement-group-id karpenter.k8s.aws/capacity-reservation-id kubernetes.io/hostname kubernetes.io/arch
  0 1 -1 +1 1.5 .5 -0 007 9223372036854775807 abc 1e3 1Gi 1gi -1Gi 100m 1KiB
  0s 30s 30 1h30m 1h30m0s 1d Never never 8h 90m 8h0s 30s0s
  0% 10% 99% 100% 101% 5% 100.0% 99.99% 99.999% %
  @daily @yearly @reboot
  59000Gi 59001Gi 0Gi 58Ti 59Ti 17Ti 18Ti 19Ti 20Ti Ti 64000G 64001G 64T 65T T 6T
  al2@v1 al2@latest al2023@v20261101 bottlerocket@1.2.3 windows2022@latest windows2022@v1 windows2022@latest@x
  windows2019@latest windows2025@latest ubuntu@v1 al2023 al2023@ @v1 al2023@a@b
  ami-1 xami-1 ami- subnet-1 x-subnet-1! subnet- sg-1 xsg-1 sg- cr-1 xcr-1 pg-1 pg- 111122223333
  In NotIn Exists Gt Lte in NoSchedule WhenUnderutilized Balanced AL2 Custom Windows2019 Windows2022
  2026-11-02T08:00:00Z yesterday True true a:b 0.5 +10% -10% -100% -101% -.5 .5% 1. -5%
`;

const WITH_SPACES = ['', ' ', 'a b', '@daily or so', '* * * * *', '* * * *', '* * * * * *', '0 9 * * mon-fri'];

const LONG = [`a${'b'.repeat(62)}`, `a${'b'.repeat(63)}`, `al2023@v${'1'.repeat(22)}`, `al2023@v${'1'.repeat(23)}`];

export const TEXTS: readonly string[] = [...WORDS.trim().split(/\s+/), ...WITH_SPACES, ...LONG];
