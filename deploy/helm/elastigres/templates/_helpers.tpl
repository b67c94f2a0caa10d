{{- /* Labels of an object. */ -}}
{{- define "elastigres.labels" -}}
{{ include "elastigres.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* Labels of the DaemonSet's pods. */ -}}
{{- define "elastigres.podLabels" -}}
{{ include "elastigres.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- /* Without the instance: a DaemonSet's selector is immutable, and a namespace has one release. */ -}}

{{- define "elastigres.selector" -}}
app.kubernetes.io/name: elastigres
{{- end }}

{{- /* Another name than that of the agents' pods, which the DaemonSet, its budget and the plugin select by name. */ -}}
{{- define "elastigres.controllerSelector" -}}
app.kubernetes.io/name: elastigres-controller
{{- end }}

{{- define "elastigres.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* What holds for the daemons. */ -}}
{{- define "elastigres.container" -}}
image: {{ include "elastigres.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- /* Variables by their names: the chart's defaults, and the user's values, which take precedence. */ -}}
{{- define "elastigres.env" -}}
{{- range $name, $value := mustMerge (deepCopy (default dict .)) (dict "ELASTIGRES_LOG_FORMAT" "json") }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
