# What control/bin/sluice and proxy/bin/sluice-proxy share: finding a Java, and building what is missing or out of date.
# Sourced by them, after they have set:
#   command_name   what errors begin with
#   root           the source tree
#   module         the module whose class path is run, such as control
#   also           other modules whose class paths are run by what is started, if any
#   jars           pairs of a module and its artefact that must be there, such as "control sluice-control"

class_path_file=$root/$module/target/classpath

fail() {
  echo "$command_name: $1" >&2
  exit "${2:-1}"
}

# The major version of a Java home, without starting it.
major_of() {
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null) || true
  echo "${version:-0}"
}

java_home() {
  local candidate on_path
  on_path=$(command -v java || true)
  [[ -z $on_path ]] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*; do
    if [[ -n $candidate && -x $candidate/bin/java && $(major_of "$candidate") -ge 17 ]]; then
      echo "$candidate"
      return
    fi
  done
}

# The jar of a module: jar_of control sluice-control.
jar_of() {
  local jar
  for jar in "$root/$1/target/$2"-*.jar; do
    [[ -f $jar && $jar != *-sources.jar && $jar != *-tests.jar ]] && echo "$jar" && return
  done
  return 1
}

needs_build() {
  local one pair
  for pair in "${jars[@]}"; do
    # shellcheck disable=SC2086
    jar_of $pair >/dev/null || return 0
  done
  for one in $module ${also:-}; do
    is_current "$root/$one/target/classpath" || return 0
  done
  return 1
}

# Whether everything that a class path names is there, and no source is newer.
is_current() {
  local jar
  [[ -s $1 ]] || return 1
  while IFS= read -r -d : jar || [[ -n $jar ]]; do
    jar=${jar%$'\n'}
    [[ -f $jar ]] || return 1
  done <"$1"
  [[ -z $(find "$root" -mindepth 1 \( -name target -o -name test -o -name '.?*' -o -name docs -o -name samples \) -prune -o \
    -newer "$1" \( -name '*.java' -o -name '*.proto' -o -name pom.xml -o -path '*/src/main/resources/*' \) -type f -print -quit) ]]
}

build() {
  local modules one
  modules=$(printf '%s\n' "${jars[@]}" | cut -d ' ' -f 1 | paste -sd , -)
  command -v mvn >/dev/null || fail "something must be built, but there is no mvn on the path. Install Maven 3.8 or later."
  [[ -x $home/bin/javac ]] || fail "something must be built, but $home has no compiler. Install a JDK 17 or later, not a JRE."
  echo "$command_name: building …" >&2
  (
    # Two commands that start together build once: the second finds everything done.
    if command -v flock >/dev/null; then
      mkdir -p "$root/$module/target"
      exec 9>"$root/$module/target/.build.lock"
      flock 9
      needs_build || exit 0
    fi
    cd "$root"
    # Maven leaves files alone that would not change; sources are compared with when the build began.
    mkdir -p "$module/target" && touch "$module/target/.build.began"
    JAVA_HOME=$home mvn -q -B -Dstyle.color=never -Dquick -pl "$modules" -am package >&2 || exit 1
    for one in $module ${also:-}; do
      touch -r "$module/target/.build.began" "$one/target/classpath"
    done
  ) || fail "the build failed; its errors are above. Run: cd $root && mvn -Dquick -pl $modules -am package"
}

home=$(java_home)
[[ -n $home ]] || fail "no JDK 17 or later found. Install one, or set JAVA_HOME to it."
if needs_build; then
  build
fi
