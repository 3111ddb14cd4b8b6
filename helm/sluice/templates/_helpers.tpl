{{/* The name of everything in the release. */}}
{{- define "sluice.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels by which pods are found; they never change. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sluice.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "sluice.secret" -}}
{{- default (printf "%s-keys" (include "sluice.fullname" .)) .Values.auth.existingSecret -}}
{{- end -}}

{{- define "sluice.webhooksSecret" -}}
{{- default (printf "%s-webhooks" (include "sluice.fullname" .)) .Values.webhooks.existingSecret -}}
{{- end -}}

{{- define "sluice.outbox" -}}
{{- default (printf "%s-outbox" (include "sluice.fullname" .)) .Values.webhooks.outbox.existingClaim -}}
{{- end -}}

{{/*
What clients are told, comma-separated. Brackets are right for IPv4 and IPv6 alike, and which of them status.hostIP
is shows only when the pod runs.
*/}}
{{- define "sluice.advertised" -}}
{{- $port := .Values.media.port | int -}}
{{- if eq .Values.media.exposure "nodePort" -}}
{{- $port = .Values.media.nodePort.port | int -}}
{{- end -}}
{{- $addresses := list -}}
{{- range .Values.media.advertisedAddresses -}}
{{- if or (regexMatch "^\\[.*\\]:[0-9]+$" .) (regexMatch "^[0-9.]+:[0-9]+$" .) -}}
{{- $addresses = append $addresses . -}}
{{- else -}}
{{- $addresses = append $addresses (printf "[%s]:%d" (trimAll "[]" .) $port) -}}
{{- end -}}
{{- end -}}
{{- if not $addresses -}}
{{- $addresses = append $addresses (printf "[$(HOST_IP)]:%d" $port) -}}
{{- end -}}
{{- join "," $addresses -}}
{{- end -}}
