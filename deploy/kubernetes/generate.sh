#!/bin/sh
# Writes elastigres.yaml, the plain manifests: the chart with its default values. With --print, to standard output, and with
# other values where helm's flags follow.
#
# Needs helm 3: from its own site, or
#   GOBIN="$HOME/.cache/elastigres/helm/v3.22.0" go install helm.sh/helm/v3/cmd/helm@v3.22.0
set -eu

here=$(cd "$(dirname "$0")" && pwd)
helm=$(command -v helm || ls "${XDG_CACHE_HOME:-$HOME/.cache}"/elastigres/helm/*/helm 2>/dev/null | tail -n 1)
[ -n "$helm" ] || {
    printf '%s: needs helm\n' "$0" >&2
    exit 2
}

manifests() {
    # Not in a pipe, which would hide that helm failed.
    rendered=$("$helm" template elastigres "$here/../helm/elastigres" --namespace elastigres --kube-version 1.35.0 \
        --include-crds "$@") || exit 1
    cat <<'END'
# All that Elastigres installs, as the chart in deploy/helm has it with its default values. Made by generate.sh.
apiVersion: v1
kind: Namespace
metadata:
  name: elastigres
  labels:
    app.kubernetes.io/name: elastigres
    # The cgroup tree of a node is a folder of the host.
    pod-security.kubernetes.io/enforce: privileged
END
    # Helm's own labels would claim that it manages the objects.
    printf '%s\n' "$rendered" |
        sed -e '/^# Source: /d' -e '/^ *app.kubernetes.io\/managed-by: Helm$/d' -e '/^ *helm.sh\/chart: /d'
}

if [ "${1:-}" = --print ]; then
    shift
    manifests "$@"
else
    fresh=$(manifests) || exit 1
    printf '%s\n' "$fresh" >"$here/elastigres.yaml"
fi
