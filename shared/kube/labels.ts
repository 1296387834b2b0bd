/** On the bootstrap nodes, and the controller's node selector. */
export const BOOTSTRAP_LABEL = 'joinery.dev/bootstrap';
/** On everything that Joinery applies inside a cluster. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
