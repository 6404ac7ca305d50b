"""The shell's part of a rehearsal: what a session begins with, and the stand-ins on its path."""

PRELUDE = r"""
test() { if [ "$1" = -b ]; then builtin test -e "$2"; else builtin test "$@"; fi; }
read() { local word; for word; do :; done; printf -v "${word%%=*}" %s rehearsed; }
sleep() { rehearsal-clock "$1"; }
ls() {
  case $1 in -l*) ;; *) command ls "$@"; return ;; esac
  command ls "$@" | awk -v owners="$REHEARSAL_ROOT/owners" '
    BEGIN { while ((getline < owners) > 0) { owner[$1] = $2; group[$1] = $3 } }
    { name = $NF; sub(/.*\//, "", name); if (name in owner) { $3 = owner[name]; $4 = group[name] } print }'
}
install() {
  local words=() owner=root group=root
  while [ $# -gt 0 ]; do
    case $1 in -o) owner=$2; shift ;; -g) group=$2; shift ;; *) words+=("$1") ;; esac
    shift
  done
  rehearsal-install "${words[@]}" && echo "${words[-1]##*/} $owner $group" >> "$REHEARSAL_ROOT/owners"
}
tar() { command tar "$@" --transform "s,^${REHEARSAL_ROOT#/}/,,S"; }
exec 9>&1
cd "$REHEARSAL_ROOT/root" || exit 1
"""
"""What each shell begins with: where it differs from that of a real node."""
SHIM = r"""#!{bash}
stdin=
case {name}:" $* " in cibadmin:*" -p "* | crm_verify:*" -p "* | ptest:*" -p "*) stdin=$({cat}) ;; esac
file=$CIB_file
[ -z "$CIB_shadow" ] || file=$REHEARSAL_ROOT/var/lib/heartbeat/crm/shadow.$CIB_shadow
exec 3<>"/dev/tcp/127.0.0.1/$REHEARSAL_PORT" || exit 126
printf '%s\0' "$REHEARSAL_TOKEN" "$REHEARSAL_NODE" {name} "$PWD" "$file" "$stdin" "$#" "$@" >&3
IFS= read -r -d '' status <&3; IFS= read -r -d '' error <&3; IFS= read -r -d '' shown <&3
IFS= read -r -d '' did <&3
[ -z "$error" ] || printf %s "$error" >&2
[ -z "$did" ] || echo "$did" >&9
[ -z "$shown" ] || {cat} <&3
exit "$status"
"""
"""A stand-in: it hands its words to the model, and prints what comes back."""
SCP = r"""#!{bash}
if [ -e "$REHEARSAL_TOP/asks" ]; then
  echo "The authenticity of host can't be established. Are you sure you want to continue connecting (yes/no)?" >&2
  exit 1
fi
words=()
while [ $# -gt 0 ]; do
  case $1 in
  -l) shift ;;
  -*) ;;
  */*:*) words+=("$1") ;;
  *:*)
    path=${{1#*:}}; path=${{path#"$REHEARSAL_ROOT"}}
    case $path in /*) ;; *) path=/root/$path ;; esac
    machine=$REHEARSAL_TOP/nodes/${{1%%:*}}
    [ -d "$machine" ] || {{ echo "ssh: ${{1%%:*}}: Name or service not known" >&2; exit 1; }}
    # A path on the other side is expanded there.
    for found in "$machine"$path; do words+=("$found"); done ;;
  *) words+=("$1") ;;
  esac
  shift
done
exec {cp} -r "${{words[@]}}"
"""
"""Copies between the directories of the machines."""
SSH = r"""#!{bash}
while [ $# -gt 0 ]; do case $1 in -*) shift ;; *) break ;; esac; done
machine=$REHEARSAL_TOP/nodes/${{1##*@}}
[ -d "$machine" ] || {{ echo "ssh: $1: Name or service not known" >&2; exit 255; }}
[ "$2" = true ] || {{ echo "ssh: the rehearsal does not know: $*" >&2; exit 255; }}
"""
"""Reaches another machine, to see that it answers."""
