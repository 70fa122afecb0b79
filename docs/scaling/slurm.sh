#!/bin/bash
# Two machines with four GPUs each: sbatch --export=ALL,RUN=/shared/course/runs/03-dcgan-... docs/scaling/slurm.sh
# From the course's folder, which all machines see, with its environment in .venv.
#SBATCH --job-name=gancourse
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --cpus-per-task=16
#SBATCH --time=04:00:00
#SBATCH --requeue

set -euo pipefail
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1

# One torchrun on each machine (--ntasks-per-node=1); each starts a worker for each of its GPUs.
srun .venv/bin/torchrun \
    --nnodes "$SLURM_NNODES" \
    --nproc-per-node gpu \
    --rdzv-backend c10d \
    --rdzv-endpoint "$first:29500" \
    --rdzv-id "$SLURM_JOB_ID" \
    --max-restarts 3 \
    -m gancourse.cli run --resume "$RUN"
