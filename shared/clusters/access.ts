/** Groups of the access entries, to which the ClusterRoles and Roles that Joinery applies are bound. */
export const OPERATOR_GROUP = 'joinery:operators';
export const READER_GROUP = 'joinery:readers';

export const CLUSTER_ADMIN_POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
