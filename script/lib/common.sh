# What the scripts share; sourced, never run. Leaves the caller in the project's folder with a clean environment.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"

export LC_ALL=C.UTF-8
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
# Colours are for people, not for files.
[ -t 1 ] || export NO_COLOR=1
unset FORCE_COLOR CFLAGS CPPFLAGS LDFLAGS CC CXX NODE_OPTIONS NODE_PATH

TOOLS=$ROOT/.tools
NODE_LEAST=20.19
# What script/setup puts there when the system's Node.js is missing or too old. Call it again after a setup.
use_own_node() {
    case ":$PATH:" in
    *":$TOOLS/bin:"*) ;;
    *) [ ! -x "$TOOLS/bin/node" ] || export PATH="$TOOLS/bin:$PATH" ;;
    esac
}
use_own_node

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0#"$ROOT"/}" "$*" >&2
    exit 1
}

# quietly "what it does" COMMAND...: the output is shown only when the command fails.
quietly() {
    local what=$1 log status=0
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" != 0 ]; then
        tail -n 60 "$log" >&2
        printf '%s failed (exit code %s): %s\n' "$what" "$status" "$*" >&2
    fi
    rm -f "$log"
    return "$status"
}

# build FOLDER TARGETS MESON-OPTIONS...: configures the folder when it is new, stale or was configured otherwise, then builds.
# TARGETS is "" for all.
build() {
    local folder=$1 targets=$2 wanted known=
    shift 2
    wanted="$(meson --version) ${CC:-cc} $*"
    [ -f "$folder/configured-with" ] && known=$(cat "$folder/configured-with")
    if [ "$known" != "$wanted" ] || [ ! -f "$folder/build.ninja" ]; then
        say "Configuring $folder"
        rm -rf "$folder"
        quietly "Configuring $folder" meson setup "$folder" "$@" || return 1
        printf '%s' "$wanted" >"$folder/configured-with"
    fi
    say "Building $folder"
    # The targets are words of ours, split on purpose.
    # shellcheck disable=SC2086
    if ! quietly "Building $folder" ninja --quiet -C "$folder" $targets; then
        # A build folder that no longer fits the tree (a pulled change of the build files) is worth one fresh start.
        ninja -C "$folder" build.ninja >/dev/null 2>&1 </dev/null && return 1
        say "The build files no longer fit $folder: starting afresh"
        rm -rf "$folder"
        build "$folder" "$targets" "$@"
    fi
}

# The sources of the user interface, by their names and content.
web_fingerprint() {
    { find web -name node_modules -prune -o -type f -print0 | sort -z | xargs -0 sha256sum &&
        sha256sum package-lock.json; } | sha256sum
}

# build_web: the user interface as files in build-web/site, which the program's build takes in. Only when its sources changed.
build_web() {
    local known= wanted
    mkdir -p build-web
    exec 9>build-web/lock
    flock 9
    wanted=$(web_fingerprint)
    [ -f build-web/built-from ] && known=$(cat build-web/built-from)
    if [ "$known" != "$wanted" ]; then
        say 'Building the user interface'
        rm -f build-web/built-from
        quietly 'Building the user interface' npm run --silent build || return 1
        printf '%s' "$wanted" >build-web/built-from
    fi
    exec 9>&-
}
