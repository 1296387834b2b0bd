/** The DaemonSet of the add-on eks-pod-identity-agent. */
export const POD_IDENTITY_AGENT = { name: 'eks-pod-identity-agent', namespace: 'kube-system' } as const;
