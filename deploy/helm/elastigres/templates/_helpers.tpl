{{- define "elastigres.labels" -}}
{{ include "elastigres.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "elastigres.selector" -}}
app.kubernetes.io/name: elastigres
{{- end }}

{{- define "elastigres.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* What holds for agent and monitor. */ -}}
{{- define "elastigres.container" -}}
image: {{ include "elastigres.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- /* Variables by their names. What the chart itself needs may not be taken from it. */ -}}
{{- define "elastigres.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
