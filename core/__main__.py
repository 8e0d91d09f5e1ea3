"""`python -m core …`: the product without a screen."""

from core.cli.app import main

if __name__ == "__main__":
    main()
