# Finds a JDK for this project and exports it as JAVA_HOME. Sourced by ./mvnw and ./densenet; not run on its own.
#
# Looked at, in this order: JAVA_HOME, the `java` on PATH, the usual folders. The first JDK >= 25.0.3 wins: earlier
# updates of 25 can corrupt pinned arrays under G1 (JDK-8377811).

# jdk_is_usable HOME: whether HOME holds a compiler and its release file says 25.0.3 or later
jdk_is_usable() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    jdk_version=$(sed -n 's/^JAVA_VERSION="\([0-9.]*\).*"/\1/p' "$1/release")
    jdk_old_ifs=$IFS
    IFS=.
    # shellcheck disable=SC2086 # split on the dots on purpose
    set -- $jdk_version
    IFS=$jdk_old_ifs
    [ "${1:-0}" -gt 25 ] && return 0
    [ "${1:-0}" -eq 25 ] || return 1
    [ "${2:-0}" -gt 0 ] || [ "${3:-0}" -ge 3 ]
}

jdk_on_path() {
    jdk_java=$(command -v java 2>/dev/null) || return 0
    jdk_java=$(readlink -f "$jdk_java" 2>/dev/null || printf '%s' "$jdk_java")
    dirname "$(dirname "$jdk_java")"
}

jdk_find() {
    for jdk_candidate in "${JAVA_HOME:-}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$jdk_candidate" ] && jdk_is_usable "$jdk_candidate"; then
            JAVA_HOME=$jdk_candidate
            export JAVA_HOME
            return 0
        fi
    done
    {
        echo "densenet: no JDK 25.0.3 or later found; looked at JAVA_HOME (${JAVA_HOME:-not set}), PATH and the usual folders."
        echo "          Install one (for example Eclipse Temurin 25) or point JAVA_HOME at it."
    } >&2
    return 1
}

jdk_find || exit 2
