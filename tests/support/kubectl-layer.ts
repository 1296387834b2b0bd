export { kubectlLayer } from '../../scripts/kubectl-layer.ts';
