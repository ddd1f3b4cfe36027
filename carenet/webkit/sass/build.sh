#!/bin/sh
# Build carenet.css: GOV.UK Frontend and Sass by their locked versions, in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)
for sheet in carenet office; do
  "$work/node_modules/.bin/sass" --no-source-map --style=compressed --quiet-deps \
    --load-path="$work/node_modules" --load-path="$here" "$here/$sheet.scss" "$here/../static/carenet/$sheet.css"
done
python3 "$here/vendor.py"
