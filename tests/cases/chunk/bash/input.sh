#!/usr/bin/env bash
# Makes a backup of a folder and keeps the last few.
set -euo pipefail

source "$(dirname "$0")/lib/log.sh"
. /etc/default/backup

readonly KEEP=7
export LANG=C.UTF-8
TARGET="${1:-/var/backups}"
declare -a failed=()
declare -A sizes
umask=077

# Says what is wrong and stops.
die() {
  local message="$1"
  echo "backup: $message" >&2
  exit 1
}

function usage {
  cat <<'TEXT'
usage: backup TARGET FOLDER...

Copies each FOLDER to TARGET, with the date in its name.
  --keep N   how many to keep
TEXT
}

function stamp() { date -u +%Y-%m-%dT%H%M%S; }

# One folder. Hard links share what did not change.
copy_folder() {
  local folder="$1" name last
  name="$(basename "$folder")-$(stamp)"
  last="$(find "$TARGET" -maxdepth 1 -name "$(basename "$folder")-*" | sort | tail -n 1)"

  if [[ ! -d "$folder" ]]; then
    failed+=("$folder")
    return 1
  fi

  local -a options=(--archive --delete --numeric-ids)
  if [[ -n "$last" ]]; then
    options+=("--link-dest=$last")
  fi

  case "$folder" in
    /proc/* | /sys/* | /dev/*)
      log_warn "$folder is not a real folder"
      return 0
      ;;
    *.git)
      options+=(--exclude=objects/pack/tmp_*)
      ;;
    *)
      options+=(--exclude=.cache)
      ;;
  esac

  for attempt in 1 2 3; do
    if rsync "${options[@]}" "$folder/" "$TARGET/.partial-$name/"; then
      mv "$TARGET/.partial-$name" "$TARGET/$name"
      sizes["$folder"]="$(du -s "$TARGET/$name" | cut -f 1)"
      return 0
    fi
    log_warn "attempt $attempt failed"
    sleep "$((attempt * 10))"
  done
  failed+=("$folder")
  return 1
}

prune() (
  cd "$TARGET"
  ls -d -- "$1"-* | head -n "-$KEEP" | while read -r old; do
    rm -rf -- "$old"
  done
)

main() {
  [[ $# -ge 1 ]] || { usage; die "nothing to do"; }
  shift
  for folder in "$@"; do
    copy_folder "$folder" || true
    prune "$(basename "$folder")"
  done
  if ((${#failed[@]} > 0)); then
    die "failed: ${failed[*]}"
  fi
}

trap 'die "interrupted"' INT TERM
main "$@"
