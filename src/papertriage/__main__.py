"""Run papertriage as `python -m papertriage`."""

from papertriage.cli import main

main()
