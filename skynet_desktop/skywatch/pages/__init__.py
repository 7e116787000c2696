"""The pages. A view asks ``reading``, and renders; nothing else."""
