"""`python -m angiogram`, which launchers of several ranks need: `accelerate launch -m angiogram diagnose ...`."""

from angiogram.cli.main import main

if __name__ == "__main__":
    main()
