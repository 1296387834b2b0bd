{{- /* A role and its binding to the controller's service account: a dict with context, name, rules and, for a Role, namespace. */ -}}
{{- define "stand-in.role" -}}
{{- $prefix := ternary "" "Cluster" (hasKey . "namespace") -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $prefix }}Role
{{ include "stand-in.metadata" . }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $prefix }}RoleBinding
{{ include "stand-in.metadata" . }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $prefix }}Role
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "stand-in.serviceAccount" .context }}
    namespace: {{ .context.Release.Namespace }}
{{- end }}

{{- define "stand-in.rules.core" -}}
{{- $look := list "get" "list" "watch" -}}
{{- $readable := dict
  "" (list "events" "namespaces" "nodes" "persistentvolumeclaims" "persistentvolumes" "pods" "podtemplates" "replicationcontrollers")
  "apps" (list "daemonsets" "deployments" "replicasets" "statefulsets")
  "autoscaling.x-k8s.io" (list "capacitybuffers" "capacitybuffers/status")
  "karpenter.sh" (list "nodeclaims" "nodeclaims/status" "nodeoverlays" "nodeoverlays/status" "nodepools" "nodepools/status")
  "policy" (list "poddisruptionbudgets")
  "storage.k8s.io" (list "csinodes" "storageclasses" "volumeattachments")
-}}
{{- range $group, $resources := $readable }}
- apiGroups: [{{ $group | quote }}]
  resources: {{ toJson $resources }}
  verbs: {{ toJson $look }}
{{- end }}
- apiGroups: ["karpenter.sh"]
  resources: ["nodeclaims", "nodeclaims/status"]
  verbs: ["create", "delete", "patch", "update"]
- apiGroups: ["karpenter.sh"]
  resources: ["nodeoverlays/status", "nodepools", "nodepools/status"]
  verbs: ["patch", "update"]
- apiGroups: ["autoscaling.x-k8s.io"]
  resources: ["capacitybuffers/status"]
  verbs: ["patch", "update"]
- apiGroups: [""]
  resources: ["nodes"]
  verbs: ["delete", "patch", "update"]
- apiGroups: [""]
  resources: ["pods"]
  verbs: ["delete"]
- apiGroups: [""]
  resources: ["pods/eviction"]
  verbs: ["create"]
- apiGroups: [""]
  resources: ["events"]
  verbs: ["create", "patch"]
{{- with .Values.additionalClusterRoleRules }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "stand-in.rules.provider" -}}
- apiGroups: ["karpenter.k8s.aws"]
  resources: ["ec2nodeclasses"]
  verbs: ["get", "list", "watch"]
- apiGroups: ["karpenter.k8s.aws"]
  resources: ["ec2nodeclasses", "ec2nodeclasses/status"]
  verbs: ["patch", "update"]
{{- end }}

{{- define "stand-in.rules.election" -}}
- apiGroups: ["coordination.k8s.io"]
  resources: ["leases"]
  verbs: ["get", "watch"]
- apiGroups: ["coordination.k8s.io"]
  resources: ["leases"]
  resourceNames: ["karpenter-leader-election"]
  verbs: ["patch", "update"]
# A create names no object, so it cannot be limited to one.
- apiGroups: ["coordination.k8s.io"]
  resources: ["leases"]
  verbs: ["create"]
{{- end }}

{{- define "stand-in.rules.dns" -}}
- apiGroups: [""]
  resources: ["services"]
  resourceNames: ["kube-dns"]
  verbs: ["get"]
{{- end }}
