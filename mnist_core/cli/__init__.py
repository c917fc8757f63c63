"""The command line: `python -m mnist_core`. Only this package prints.

Others may import:

    main: main

Everything else stays inside. The app starts training runs as processes of this command.
"""
