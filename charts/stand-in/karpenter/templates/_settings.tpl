{{- /* The controller's environment: names of variables to values, in a list of dicts. Empty texts are left out. */ -}}
{{- define "stand-in.environment" -}}
{{- $settings := .Values.settings -}}
{{- $gates := list -}}
{{- range $name := list "NodeRepair" "NodeOverlay" "ReservedCapacity" "SpotToSpotConsolidation" "StaticCapacity" "CapacityBuffer" -}}
{{- $gates = append $gates (printf "%s=%v" $name (get $settings.featureGates (untitle $name))) -}}
{{- end -}}
{{- $values := dict
  "CLUSTER_NAME" (required "settings.clusterName is needed: the name of the EKS cluster that Karpenter works for" $settings.clusterName)
  "CLUSTER_ENDPOINT" $settings.clusterEndpoint
  "CLUSTER_CA_BUNDLE" $settings.clusterCABundle
  "INTERRUPTION_QUEUE" $settings.interruptionQueue
  "ISOLATED_VPC" $settings.isolatedVPC
  "EKS_CONTROL_PLANE" $settings.eksControlPlane
  "BATCH_MAX_DURATION" $settings.batchMaxDuration
  "BATCH_IDLE_DURATION" $settings.batchIdleDuration
  "PREFERENCE_POLICY" $settings.preferencePolicy
  "MIN_VALUES_POLICY" $settings.minValuesPolicy
  "VM_MEMORY_OVERHEAD_PERCENT" $settings.vmMemoryOverheadPercent
  "RESERVED_ENIS" $settings.reservedENIs
  "IGNORE_DRA_REQUESTS" $settings.ignoreDRARequests
  "ENABLE_ZONAL_SHIFT" $settings.enableZonalShift
  "DISABLE_CLUSTER_STATE_OBSERVABILITY" $settings.disableClusterStateObservability
  "DISABLE_DRY_RUN" $settings.disableDryRun
  "AMI_REFRESH_INTERVAL" $settings.amiRefreshInterval
  "SUBNET_REFRESH_INTERVAL" $settings.subnetRefreshInterval
  "FEATURE_GATES" (join "," $gates)
  "LOG_LEVEL" .Values.logLevel
  "LOG_OUTPUT_PATHS" (join "," .Values.logOutputPaths)
  "LOG_ERROR_OUTPUT_PATHS" (join "," .Values.logErrorOutputPaths)
  "METRICS_PORT" .Values.controller.metrics.port
  "HEALTH_PROBE_PORT" .Values.controller.healthProbe.port
  "KARPENTER_SERVICE" (include "stand-in.fullName" .)
-}}
{{- range $name := keys $values | sortAlpha }}
{{- $value := toString (get $values $name) }}
{{- if ne $value "" }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
- name: KUBERNETES_MIN_VERSION
  value: "1.26.0-0"
- name: SYSTEM_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- range tuple (tuple "MEMORY_LIMIT" "limits.memory") (tuple "GOMAXPROCS" "limits.cpu") }}
- name: {{ first . }}
  valueFrom:
    resourceFieldRef:
      containerName: {{ $.Values.controller.containerName }}
      divisor: "0"
      resource: {{ last . }}
{{- end }}
{{- with .Values.controller.env }}
{{ toYaml . }}
{{- end }}
{{- end }}
