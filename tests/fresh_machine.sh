#!/usr/bin/env bash
# Proof that nothing has to be installed by hand: `make demo` and `make test` on a bare Debian 12.
#
#   tests/fresh_machine.sh [--uncommitted] [--keep] [--mirror URL] [--suite NAME]
#
# Makes a bare Debian in a temporary folder with debootstrap, clones this project's HEAD into it, and runs the two
# commands there. The only thing put in beforehand is `make`. The package mirror and apt's settings are this
# machine's own. Needs root (chroot) and about 3 GB under TMPDIR; takes as long as two full builds. It is no part of
# `make test`.
#
#   --uncommitted  take the working copy as it is, not HEAD
#   --keep         leave the folder there and print its name
#   --mirror URL   the Debian mirror, where this machine has none for the suite
#   --suite NAME   another suite than bookworm
#
# Ends with one line per command and exits 1 if one of them failed.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=bookworm
mirror=
uncommitted=no
keep=no

fail() {
  echo "fresh_machine: $*" >&2
  exit 2
}

say() { echo "fresh_machine: $*" >&2; }

while [[ $# -gt 0 ]]; do
  case "$1" in
    --uncommitted) uncommitted=yes ;;
    --keep) keep=yes ;;
    --mirror) mirror=${2:?--mirror needs a URL} && shift ;;
    --suite) suite=${2:?--suite needs a name} && shift ;;
    *) fail "unknown argument '$1'; the head of the script tells what there is" ;;
  esac
  shift
done

[[ $(id -u) -eq 0 ]] || fail "needs root: it makes a root folder and runs chroot"
for program in debootstrap git unshare chroot; do
  command -v "$program" >/dev/null || fail "$program is not installed (apt-get install debootstrap git util-linux)"
done

# Debian's repositories as apt itself has them configured: one line "deb URL SUITE COMPONENT" each, those of `suite`
# and its updates only.
configured_sources() {
  # shellcheck disable=SC2016 # the braces are apt's own
  apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed -n 's/^Debian|//p' | awk -v suite="$suite" '$3 == suite || index($3, suite "-") == 1' | sort -u
}

sources=$(configured_sources || true)
if [[ -z $mirror ]]; then
  mirror=$(awk -v suite="$suite" '$3 == suite && $4 == "main" { print $2; exit }' <<<"$sources")
  [[ -n $mirror ]] || fail "apt has no repository of $suite here (is apt-get update needed?); name one: --mirror URL"
else
  sources="deb $mirror $suite main"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/fresh_machine.XXXXXX")
root=$work/root
# Everything mounted is mounted in a private namespace (inside), which is gone with the command: nothing of this
# machine is below $root when it is removed, whatever happened.
# shellcheck disable=SC2317 # called by the trap
clean_up() {
  if [[ $keep == yes ]]; then
    say "left in $root"
  else
    rm -rf --one-file-system "$work"
  fi
}
trap clean_up EXIT

# Runs a command in the bare machine, with no environment and no input.
inside() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --pid --fork --kill-child sh -euc '
    root=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=0620
    exec chroot "$root" /usr/bin/env -i \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=true "$@"
  ' sh "$root" "$@" </dev/null
}

say "making a bare $suite from $mirror"
if ! debootstrap --variant=minbase --include=make "$suite" "$root" "$mirror" >"$work/debootstrap.log" 2>&1; then
  tail -n 20 "$work/debootstrap.log" >&2
  fail "debootstrap failed"
fi

# How this machine reaches its packages: repositories, apt's settings (a proxy, say), names, certificates.
printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
for settings in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
  [[ -f $settings ]] && cp "$settings" "$root${settings}"
done
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
  if [[ -f $file ]]; then
    mkdir -p "$root$(dirname "$file")"
    rm -f "$root$file"
    cp "$file" "$root$file"
  fi
done

clone=$root/root/plowline
if [[ $uncommitted == yes ]]; then
  mkdir -p "$clone"
  git -C "$project" ls-files -z --cached --others --exclude-standard |
    tar -C "$project" --null --files-from=- --ignore-failed-read -cf - | tar -C "$clone" -xf -
else
  git clone --quiet --no-hardlinks "$project" "$clone"
fi

declare -A results
status=0
for command in demo test; do
  say "make $command"
  start=$SECONDS
  if inside make --no-print-directory -C /root/plowline "$command" >"$work/$command.log" 2> >(tee "$work/$command.err" >&2); then
    results[$command]="make $command: passed in $((SECONDS - start)) s: $(tail -n 1 "$work/$command.log" | cut -c 1-500)"
  else
    status=1
    results[$command]="make $command: FAILED after $((SECONDS - start)) s"
    tail -n 100 "$work/$command.log" >&2
  fi
done

echo "${results[demo]}"
echo "${results[test]}"
exit "$status"
