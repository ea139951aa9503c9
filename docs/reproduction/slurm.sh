#!/bin/bash
# The runs of a reproduction as a Slurm array, one run a task.
#
#   reproduce="swift run tac-reference reproduce --mnist /data/mnist --output /data/reproduction"
#   $reproduce --plan > plan.txt
#   sbatch --array="1-$(wc -l < plan.txt)" docs/reproduction/slurm.sh plan.txt
#   $reproduce                     # once all are done: puts the results together
#
#SBATCH --job-name=crl-tac
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=01:00:00
set -euo pipefail
plan=${1:?the file that reproduce --plan printed}
command=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$plan")
[ -n "$command" ] || { echo "$plan has no line $SLURM_ARRAY_TASK_ID" >&2; exit 64; }
exec bash -c "$command"
