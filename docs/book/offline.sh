#!/usr/bin/env bash
# Makes one HTML file of the book, for reading without a network and for printing: formulas as MathML, pictures
# inside, no script. Needs pandoc (apt-get install pandoc).
#
#   docs/book/offline.sh [FILE.html]          default: book.html in the current folder
set -euo pipefail
output=$(realpath -m "${1:-book.html}")
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v pandoc >/dev/null || { echo 'offline.sh: pandoc is missing; install it with: apt-get install pandoc' >&2; exit 69; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pages=(README notation [0-9][0-9]-*.md)
pages=("${pages[@]%.md}")

# GitHub's way to write formulas becomes pandoc's; a link to another page becomes one within the file; what leads out
# of the book stays as text.
prepared() {
    sed -E 's/<!--([^-]|-[^-])*-->//g' "$1.md" |
        awk '/^```math/ { print "$$"; math = 1; next }
             math && /^```/ { print "$$"; math = 0; next }
             !math || NF' |
        sed -E -e 's/\\tag\{([^}]*)\}/\\qquad \\text{(\1)}/' \
            -e 's/\$`([^`]*)`\$/$\1$/g' \
            -e 's/\]\(([0-9a-zA-Z][0-9a-zA-Z-]*)\.md\)/](#\1)/g' \
            -e 's/\]\(([0-9a-zA-Z][0-9a-zA-Z-]*)\.md#([^)]*)\)/](#\1-\2)/g' \
            -e 's/(^|[^!])\[([^]]*)\]\(\.\.\/[^)]*\)/\1\2/g'
}

body() {
    for page in "${pages[@]}"; do
        printf '<section id="%s">\n' "$page"
        prepared "$page" |
            pandoc --from gfm+tex_math_dollars --to html5 --mathml --wrap=none --id-prefix="$page-" \
                2>> "$scratch/warnings"
        printf '</section>\n'
    done
}

# Pictures go into the file.
embedded() {
    local line path
    while IFS= read -r line; do
        while [[ $line =~ src=\"([^\"]+\.svg)\" ]]; do
            path=${BASH_REMATCH[1]}
            line=${line//"src=\"$path\""/"src=\"data:image/svg+xml;base64,$(base64 -w0 "$path")\""}
        done
        printf '%s\n' "$line"
    done
}

{
    cat <<'HTML'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contrastive representation learning with a trainable augmentation channel: the paper as a course</title>
HTML
    printf '<style>\n'
    cat offline.css
    printf '</style>\n</head>\n<body>\n<main>\n'
    body | embedded
    printf '</main>\n</body>\n</html>\n'
} > "$scratch/book.html"

if [ -s "$scratch/warnings" ]; then
    echo 'offline.sh: a formula that pandoc cannot read:' >&2
    head -n 20 "$scratch/warnings" >&2
    exit 65
fi
mv "$scratch/book.html" "$output"
