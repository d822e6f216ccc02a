#!/bin/sh
# pull_request.sh RUN FAMILY: opens a pull request with the report of the workflow's run RUN.
# The report becomes docs/retraining/FAMILY.md on the branch retraining/FAMILY. An open pull request
# of the family gets the new report.
set -eu
run=${1:?pull_request.sh RUN FAMILY}
family=${2:?pull_request.sh RUN FAMILY}
branch=retraining/$family
report=docs/retraining/$family.md
title="The challenger of $family passed the gate"

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
gh run download "$run" --name retraining --dir "$folder"
mkdir -p docs/retraining
cp "$folder/retraining.md" "$report"

gh auth setup-git
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --quiet --force-create "$branch"
git add "$report"
git commit --quiet --allow-empty --message "$title"
git push --quiet --force origin "$branch"

if [ "$(gh pr list --head "$branch" --state open --json number --jq length)" = 0 ]; then
  gh pr create --head "$branch" --base main --title "$title" --body-file "$report"
else
  gh pr edit "$branch" --body-file "$report"
fi
