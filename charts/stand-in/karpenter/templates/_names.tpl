{{- define "stand-in.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "stand-in.fullName" -}}
{{- $name := include "stand-in.name" . -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "stand-in.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "stand-in.fullName" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "stand-in.selector" -}}
app.kubernetes.io/name: {{ include "stand-in.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stand-in.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "stand-in.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.additionalLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The metadata of an object: takes a dict with context, name and, where it has one, namespace and annotations. */ -}}
{{- define "stand-in.metadata" -}}
{{- $annotations := merge (dict) (default (dict) .annotations) (default (dict) .context.Values.additionalAnnotations) -}}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "stand-in.labels" .context | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /* Terms without a label selector get the controller's: takes a dict with context and terms. */ -}}
{{- define "stand-in.withSelector" -}}
{{- $selector := dict "matchLabels" (include "stand-in.selector" .context | fromYaml) -}}
{{- range .terms }}
{{- $term := deepCopy . }}
{{- if and (hasKey $term "podAffinityTerm") (not $term.podAffinityTerm.labelSelector) }}
{{- $_ := set $term.podAffinityTerm "labelSelector" $selector }}
{{- else if not (or (hasKey $term "podAffinityTerm") $term.labelSelector) }}
{{- $_ := set $term "labelSelector" $selector }}
{{- end }}
- {{ toYaml $term | nindent 2 | trim }}
{{- end }}
{{- end }}

{{- define "stand-in.image" -}}
{{- with .Values.controller.image -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end }}
