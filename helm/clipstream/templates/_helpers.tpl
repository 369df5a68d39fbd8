{{- define "clipstream.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "clipstream.selector" -}}
app.kubernetes.io/name: clipstream
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "clipstream.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{ include "clipstream.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "clipstream.port" -}}
{{- dig "server" "port" 8080 .Values.spring -}}
{{- end -}}

{{- define "clipstream.healthPort" -}}
{{- dig "management" "server" "port" 8081 .Values.spring -}}
{{- end -}}

{{- /* The config file of a role: the common settings, overridden by its own, and the values that only the chart knows. */ -}}
{{- define "clipstream.config" -}}
{{- $settings := mergeOverwrite (deepCopy .root.Values.settings) (deepCopy (.role.settings | default dict)) -}}
{{- $_ := set $settings "topologies" .role.topologies -}}
{{- $spring := mergeOverwrite (dict "server" (dict "address" "0.0.0.0" "port" 8080) "management" (dict "server" (dict "port" 8081))) (deepCopy .root.Values.spring) -}}
{{- toYaml (merge (dict "clipstream" $settings) $spring) -}}
{{- end -}}

{{- /* Seconds of a duration such as 30s, 2m or 500ms, rounded up. */ -}}
{{- define "clipstream.seconds" -}}
{{- $text := toString . -}}
{{- if hasSuffix "ms" $text -}}{{ add1 (div (trimSuffix "ms" $text | int) 1000) }}
{{- else if hasSuffix "s" $text -}}{{ trimSuffix "s" $text | int }}
{{- else if hasSuffix "m" $text -}}{{ mul (trimSuffix "m" $text | int) 60 }}
{{- else -}}{{ fail (printf "settings.shutdown-timeout: Expected a whole number of ms, s or m, such as 30s, found %s. Change the value." $text) }}
{{- end -}}
{{- end -}}
