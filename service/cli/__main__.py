"""`python -m service.cli`, for containers without the installed command."""

from service.cli import main

main()
