#!/bin/sh
# Copies a folder to the shelf, once per day, and keeps the copies of one week; what is older is removed.
set -eu

from="${1:?which folder?}"
shelf="${SHELF:-/srv/shelf}"
today=$(date +%Y-%m-%d)

if [ ! -d "$from" ]; then
    echo "there is no folder $from" >&2
    exit 2
fi

mkdir -p "$shelf/$today"
cp -a "$from/." "$shelf/$today/"

for old in "$shelf"/*/; do
    if [ -n "$(find "$old" -maxdepth 0 -mtime +7)" ]; then
        echo "removing $old, older than a week"
        rm -r "$old"
    fi
done
